package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.quarkus.netty.runtime.virtual.VirtualResponseHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Converts an HTTP response for the gateway, so that it fits what Lambda takes, 6 MB of JSON. Source: "Working with AWS
 * Lambda proxy integrations for HTTP APIs", payload 2.0.
 */
final class GatewayAnswer implements VirtualResponseHandler {
    /** Text that fits in any case: no byte of it takes more than six, escaped. */
    private static final int TEXT_MAX_BYTES = 1024 * 1024 - 64 * 1024;

    private final CompletableFuture<APIGatewayV2HTTPResponse> future = new CompletableFuture<>();
    private final APIGatewayV2HTTPResponse answer = new APIGatewayV2HTTPResponse();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    CompletableFuture<APIGatewayV2HTTPResponse> future() {
        return future;
    }

    @Override
    public void handleMessage(Object message) {
        try {
            if (isInformational(message)) {
                return;
            }
            if (message instanceof HttpResponse response) {
                answer.setStatusCode(response.status().code());
                answer.setHeaders(headers(response.headers()));
                if (response.headers().contains(HttpHeaderNames.SET_COOKIE)) {
                    answer.setCookies(response.headers().getAll(HttpHeaderNames.SET_COOKIE));
                }
            }
            if (message instanceof HttpContent content) {
                content.content().readBytes(body, content.content().readableBytes());
            }
            if (message instanceof LastHttpContent) {
                setBody();
                future.complete(answer);
            }
        } catch (IOException e) {
            future.completeExceptionally(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void close() {
        future.completeExceptionally(new IllegalStateException("the connection was closed"));
    }

    /** Such as 100 to a client that asks before it sends its body, which is here already. */
    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private static Map<String, String> headers(HttpHeaders all) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : all.names()) {
            // The body goes as one text; cookies have a field of their own.
            if (!HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)
                    && !HttpHeaderNames.SET_COOKIE.contentEqualsIgnoreCase(name)) {
                headers.put(name, String.join(",", all.getAll(name)));
            }
        }
        return headers;
    }

    /** A body that is text goes as it is: encoded as bytes are it would be a third longer, and nobody could read it. */
    private void setBody() {
        byte[] bytes = body.toByteArray();
        String text = bytes.length <= TEXT_MAX_BYTES ? text(bytes) : null;
        if (bytes.length > 0) {
            answer.setBody(text == null ? Base64.getEncoder().encodeToString(bytes) : text);
            answer.setIsBase64Encoded(text == null);
        }
    }

    /** Null for bytes that would not come back from the text as they are. */
    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
