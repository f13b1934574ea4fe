package dev.lading.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.access.Source;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as bytes, through the handlers of a connection. Source: RFC 9112. */
class RequestDecoderTest {
    private static final String GET = "GET /a HTTP/1.1\r\n";
    private static final String HOST = "Host: registry.test\r\n";
    private static final String WHOLE = GET + HOST + "\r\n";

    private final Connections all = new Connections(10, 1024 * 1024);
    private final ConnectionGuard guard =
            new ConnectionGuard(all, new Source("192.0.2.1"), new TrustedProxies(List.of()));
    private final Application application = new Application();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    RequestDecoderTest() {
        channel.pipeline().addLast("guard", guard);
        channel.pipeline().addLast("httpDecoder", new HttpRequestDecoder());
        channel.pipeline().addLast("httpEncoder", new HttpResponseEncoder());
        channel.pipeline().addLast("handler", application);
    }

    /** Answers when it is told to, as workers do. */
    private static final class Application extends ChannelInboundHandlerAdapter {
        final List<String> requests = new ArrayList<>();
        final List<Integer> pieces = new ArrayList<>();
        final StringBuilder body = new StringBuilder();
        private final Deque<Runnable> answers = new ArrayDeque<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                requests.add(request.uri());
            }
            if (message instanceof HttpContent content) {
                if (content.content().isReadable()) {
                    pieces.add(content.content().readableBytes());
                    body.append(content.content().toString(ISO_8859_1));
                }
                content.release();
            }
            if (message instanceof LastHttpContent) {
                answers.add(() -> answer(context));
            }
        }

        private static void answer(ChannelHandlerContext context) {
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            response.headers().set("Content-Length", 0);
            var _ = context.writeAndFlush(response);
        }

        void answerOne() {
            answers.remove().run();
        }
    }

    private void send(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
    }

    private String answered() {
        channel.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "two hosts,              'Host: a\r\nHost: a\r\n'",
        "no host,                'X: y\r\n'",
        "a host with a path,     'Host: a/b\r\n'",
        "a host with a user,     'Host: a@b\r\n'",
        "a list of hosts,        'Host: a, b\r\n'",
        "a host with two ports,  'Host: a:1:2\r\n'",
        "a port without a host,  'Host: :5000\r\n'",
        "half an address,        'Host: [::1\r\n'",
        "gzip,                   'Host: a\r\nTransfer-Encoding: gzip, chunked\r\n'",
        "chunked twice,          'Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'",
        "identity,               'Host: a\r\nTransfer-Encoding: identity\r\n'",
        "a vertical tab,         'Host: a\r\nTransfer-Encoding: \u000bchunked\r\n'",
        "length and encoding,    'Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n'",
        "encoding and length,    'Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n'",
        "two lengths,            'Host: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n'",
        "a list of lengths,      'Host: a\r\nContent-Length: 3, 3\r\n'",
        "a length with a sign,   'Host: a\r\nContent-Length: +3\r\n'",
        "a name with a space,    'Host: a\r\nX y: z\r\n'",
    })
    void what_two_readers_see_differently_is_refused_and_the_connection_ends(String what, String headers) {
        send(GET + headers + "\r\n" + WHOLE);

        assertThat(answered()).startsWith("HTTP/1.1 400 Bad Request\r\n").containsOnlyOnce("HTTP/1.1 ");
        assertThat(application.requests).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\u0001", "\t", " ", "\u007f", "\r\n\u0000", "\u0080", "get"})
    void nothing_stands_before_a_request_line(String before) {
        send(WHOLE + before + WHOLE);
        application.answerOne();

        assertThat(answered()).startsWith("HTTP/1.1 200").containsOnlyOnce("HTTP/1.1 400");
        assertThat(application.requests).hasSize(1);
    }

    @Test
    void an_empty_line_may_and_old_clients_send_no_host() {
        send("\r\n" + GET + HOST + "\r\n");
        application.answerOne();
        send("GET /old HTTP/1.0\r\n\r\n");
        assertThat(application.requests).containsExactly("/a", "/old");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a_b.test:5000", "a:", "[::1]:5000", "127.0.0.1", ""})
    void a_host_is_a_name_or_an_address_or_none(String host) {
        send(GET + "Host: " + host + "\r\n\r\n");
        assertThat(application.requests).containsExactly("/a");
    }

    @ParameterizedTest
    @CsvSource({"414, 70000, 1", "431, 1, 30000"})
    void a_head_has_a_limit(int status, int line, int header) {
        send("GET /" + "a".repeat(line) + " HTTP/1.1\r\n" + HOST + "X: " + "b".repeat(header) + "\r\n\r\n");

        assertThat(answered()).startsWith("HTTP/1.1 " + status);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void the_next_request_is_let_in_when_the_last_is_answered() {
        send(WHOLE + "GET /b HTTP/1.1\r\n" + HOST + "\r\n" + "GET /c HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(application.requests).containsExactly("/a");
        assertThat(channel.config().isAutoRead()).as("reads on").isFalse();

        application.answerOne();
        assertThat(answered()).containsOnlyOnce("200 OK");
        assertThat(application.requests).containsExactly("/a", "/b");
        assertThat(channel.config().isAutoRead()).as("reads on").isFalse();

        application.answerOne();
        answered();
        assertThat(application.requests).containsExactly("/a", "/b", "/c");
        assertThat(channel.config().isAutoRead()).as("reads on").isTrue();
    }

    @Test
    void a_client_that_waits_for_answers_is_read_all_the_time() {
        for (int i = 0; i < 3; i++) {
            send(WHOLE);
            assertThat(channel.config().isAutoRead()).isTrue();
            application.answerOne();
            assertThat(answered()).containsOnlyOnce("200 OK");
        }
        assertThat(application.requests).hasSize(3);
        assertThat(guard.heldBytes()).isZero();
    }

    @Test
    void small_pieces_of_a_body_are_joined_and_large_ones_are_not() {
        StringBuilder chunks = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            chunks.append("1\r\nx\r\n");
        }
        send("PUT /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
        send("9000\r\n" + "y".repeat(0x9000) + "\r\n1\r\nz\r\n0\r\n\r\n");
        application.answerOne();

        assertThat(application.body).hasToString("x".repeat(500) + "y".repeat(0x9000) + "z");
        assertThat(application.pieces).hasSizeLessThanOrEqualTo(4);
        assertThat(answered()).containsOnlyOnce("200 OK");
    }

    @Test
    void a_body_that_still_comes_when_its_request_is_answered_is_read_to_its_end() {
        send("PUT /a HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\n01234");
        Application.answer(channel.pipeline().context("handler"));
        assertThat(answered()).containsOnlyOnce("200 OK");

        send("56789" + WHOLE);

        assertThat(application.body).hasToString("0123456789");
        assertThat(application.requests).hasSize(2);
    }

    @Test
    void nothing_is_decoded_behind_the_last_request() {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.buffer();
        String last = GET + HOST + "Connection: close\r\n\r\n";
        bytes.writeCharSequence(
                last + "POST /b HTTP/1.1\r\n" + HOST + "Content-Length: 2000\r\n\r\n" + "x".repeat(2000), ISO_8859_1);
        channel.writeInbound(bytes);
        application.answerOne();
        answered();

        assertThat(application.requests).containsExactly("/a");
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void an_expectation_is_understood_or_refused() {
        send("PUT /a HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\nExpect: 100-continue, x\r\n\r\n");

        assertThat(answered()).startsWith("HTTP/1.1 417");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void a_head_that_is_not_complete_counts_as_held() {
        send("GET /" + "a".repeat(5000));
        assertThat(guard.heldBytes()).isBetween(4_000L, 6_000L);

        send(" HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(guard.heldBytes()).isZero();
    }
}
