package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.quarkus.netty.runtime.virtual.VirtualClientConnection;
import io.quarkus.vertx.http.runtime.QuarkusHttpHeaders;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request of the gateway to the HTTP server of this process, on a connection of its own that has no socket.
 *
 * <p>Quarkus's handler does it from the thread of the event, and there a wake-up can be lost: the connection's event
 * loop finds nothing to read, the thread adds the request and finds nobody who waits, then the event loop waits, for
 * good. The request is given to the event loop here.
 */
final class GatewayConnection {
    /** No client's port is in the event. */
    private static final int NO_PORT = 0;

    private GatewayConnection() {}

    /** Waits for the answer, at most until Lambda ends the function. */
    static APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event, @Nullable Context context) {
        var http = event.getRequestContext().getHttp();
        LastHttpContent body = body(event);
        HttpRequest request = request(event, context, body.content().readableBytes());
        var answer = new GatewayAnswer();
        var client = new InetSocketAddress(http.getSourceIp(), NO_PORT);
        var connection = VirtualClientConnection.connect(answer, VertxHttpRecorder.VIRTUAL_HTTP, client);
        try {
            connection.peer().pipeline().addLast(new ChannelHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext added) {
                    // Later, since the connection may be about to get its other handlers.
                    added.executor()
                            .execute(() -> added.pipeline()
                                    .fireChannelRead(request)
                                    .fireChannelRead(body)
                                    .fireChannelReadComplete());
                }
            });
            return answer.future().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the function was stopped while it answered", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the server in this process did not answer", e.getCause());
        } finally {
            connection.close();
        }
    }

    private static HttpRequest request(APIGatewayV2HTTPEvent event, @Nullable Context context, int bodyBytes) {
        var headers = new QuarkusHttpHeaders();
        headers.setContextObject(Context.class, context);
        event.getHeaders().forEach((name, value) -> {
            if (value != null) {
                headers.add(name, value);
            }
        });
        if (event.getCookies() != null) {
            headers.add(HttpHeaderNames.COOKIE, String.join("; ", event.getCookies()));
        }
        if (event.getBody() != null) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(bodyBytes));
        }
        String query = event.getRawQueryString();
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(event.getRequestContext().getHttp().getMethod()),
                query == null || query.isEmpty() ? event.getRawPath() : event.getRawPath() + '?' + query,
                headers);
    }

    private static LastHttpContent body(APIGatewayV2HTTPEvent event) {
        String body = event.getBody();
        if (body == null) {
            return LastHttpContent.EMPTY_LAST_CONTENT;
        }
        ByteBuf bytes = Unpooled.wrappedBuffer(
                event.getIsBase64Encoded() ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8));
        return new DefaultLastHttpContent(bytes);
    }
}
