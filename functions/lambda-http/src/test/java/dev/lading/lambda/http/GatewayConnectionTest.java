package dev.lading.lambda.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.quarkus.netty.runtime.virtual.VirtualServerChannel;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class GatewayConnectionTest {
    private static EventLoopGroup loops;

    /** Answers with what was asked for, and the body. */
    private static final class Echo extends SimpleChannelInboundHandler<HttpObject> {
        private final StringBuilder said = new StringBuilder();

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
            if (message instanceof HttpRequest request) {
                said.append(request.method()).append(' ').append(request.uri()).append(' ');
                said.append(request.headers().entries());
            }
            if (said.indexOf("CONNECT") == 0) {
                var _ = context.close();
            } else if (message instanceof LastHttpContent last) {
                said.append(last.content().toString(StandardCharsets.UTF_8));
                var _ = context.writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        Unpooled.copiedBuffer(said.toString(), StandardCharsets.UTF_8)));
            }
        }
    }

    private static final class Spinning implements AutoCloseable {
        private volatile boolean goesOn = true;

        Spinning(int threads) {
            for (int i = 0; i < threads; i++) {
                Thread.ofPlatform().daemon().start(() -> {
                    while (goesOn) {
                        Thread.onSpinWait();
                    }
                });
            }
        }

        @Override
        public void close() {
            goesOn = false;
        }
    }

    @BeforeAll
    static void start() {
        loops = new NioEventLoopGroup(2);
        new ServerBootstrap()
                .group(loops)
                .channel(VirtualServerChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(VertxHttpRecorder.VIRTUAL_HTTP)
                .syncUninterruptibly();
    }

    @AfterAll
    static void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** The threads that spin take the event loops' processors away at any moment. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void every_request_is_answered_however_threads_are_scheduled() {
        try (var _ = new Spinning(Runtime.getRuntime().availableProcessors() * 2)) {
            for (int i = 0; i < 5_000; i++) {
                assertThat(body(event("GET"))).isEqualTo("GET /v2/ [accept=a, b]");
            }
        }
    }

    @Test
    void a_query_and_cookies_come_along() {
        var event = event("GET");
        event.setRawQueryString("n=1&last=a%20b");
        event.setCookies(List.of("a=1", "b=2"));

        assertThat(body(event)).isEqualTo("GET /v2/?n=1&last=a%20b [accept=a, b, cookie=a=1; b=2]");
    }

    @Test
    void a_body_has_the_length_that_came_whatever_headers_say() {
        var event = event("PUT");
        event.setHeaders(Map.of("Transfer-Encoding", "chunked", "content-length", "999"));
        event.setBody("ä");
        assertThat(body(event)).isEqualTo("PUT /v2/ [content-length=2]ä");

        event.setBody(Base64.getEncoder().encodeToString("ä".getBytes(StandardCharsets.UTF_8)));
        event.setIsBase64Encoded(true);
        assertThat(body(event)).isEqualTo("PUT /v2/ [content-length=2]ä");
    }

    @Test
    void a_connection_that_is_closed_without_an_answer_is_an_error() {
        assertThatThrownBy(() -> body(event("CONNECT"))).hasMessageContaining("did not answer");
    }

    private static String body(APIGatewayV2HTTPEvent event) {
        return GatewayConnection.answer(event, null).getBody();
    }

    private static APIGatewayV2HTTPEvent event(String method) {
        return APIGatewayV2HTTPEvent.builder()
                .withRawPath("/v2/")
                .withHeaders(Map.of("accept", "a, b"))
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod(method)
                                .withSourceIp("192.0.2.1")
                                .build())
                        .build())
                .build();
    }
}
