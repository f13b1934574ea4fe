package dev.lading.lambda.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAnswerTest {
    private static final int LAMBDA_BYTES = 6 * 1024 * 1024;
    private static final int MANIFEST_BYTES = 4 * 1024 * 1024;

    private final HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);

    private APIGatewayV2HTTPResponse answer(byte[]... parts) {
        var answer = new GatewayAnswer();
        answer.handleMessage(response);
        for (byte[] part : parts) {
            answer.handleMessage(new DefaultHttpContent(Unpooled.wrappedBuffer(part)));
        }
        answer.handleMessage(new DefaultLastHttpContent());
        return answer.future().join();
    }

    private APIGatewayV2HTTPResponse answer(String body) {
        return answer(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "of {0}")
    @ValueSource(strings = {"x", "\"", "\n", "ä", "\u0001"})
    void a_text_of_four_mib_fits_and_stays_what_it_is(String character) throws Exception {
        String text = character.repeat(MANIFEST_BYTES / character.getBytes(StandardCharsets.UTF_8).length);

        APIGatewayV2HTTPResponse answer = answer(text);

        assertThat(new ObjectMapper().writeValueAsBytes(answer)).hasSizeLessThan(LAMBDA_BYTES);
        assertThat(Base64.getDecoder().decode(answer.getBody())).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.getIsBase64Encoded()).isTrue();
    }

    @ParameterizedTest(name = "of {0}")
    @ValueSource(strings = {"\"", "\u0001"})
    void a_text_that_fits_as_it_is_stays_readable(String character) throws Exception {
        String text = character.repeat(980_000);

        APIGatewayV2HTTPResponse answer = answer(text);

        assertThat(answer.getBody()).isEqualTo(text);
        assertThat(new ObjectMapper().writeValueAsBytes(answer)).hasSizeLessThan(LAMBDA_BYTES);
    }

    @Test
    void a_character_that_two_parts_share_stays_whole() {
        byte[] bytes = "ä".getBytes(StandardCharsets.UTF_8);

        assertThat(answer(new byte[] {bytes[0]}, new byte[] {bytes[1]}).getBody())
                .isEqualTo("ä");
    }

    @Test
    void bytes_that_are_no_text_stay_what_they_are() {
        byte[] bytes = {'{', (byte) 0xff, '}'};
        response.headers().set("Content-Type", "application/json");

        APIGatewayV2HTTPResponse answer = answer(bytes);

        assertThat(answer.getIsBase64Encoded()).isTrue();
        assertThat(Base64.getDecoder().decode(answer.getBody())).isEqualTo(bytes);
    }

    @Test
    void an_answer_without_a_body_stays_without() {
        assertThat(answer().getBody()).isNull();
    }

    @Test
    void headers_are_joined_cookies_are_listed_and_how_the_body_was_sent_is_dropped() {
        response.headers().add("Link", "<a>").add("link", "<b>").set("Transfer-Encoding", "chunked");
        response.headers().add("Set-Cookie", "a=1, 2").add("Set-Cookie", "b=3");

        APIGatewayV2HTTPResponse answer = answer();

        assertThat(answer.getStatusCode()).isEqualTo(200);
        assertThat(answer.getHeaders()).containsEntry("Link", "<a>,<b>").doesNotContainKey("Transfer-Encoding");
        assertThat(answer.getCookies()).isEqualTo(List.of("a=1, 2", "b=3"));
    }

    @Test
    void a_client_that_asks_whether_to_send_its_body_is_answered_what_comes_then() {
        var answer = new GatewayAnswer();
        answer.handleMessage(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        assertThat(answer.future()).isNotDone();

        answer.handleMessage(response);
        answer.handleMessage(new DefaultLastHttpContent());
        assertThat(answer.future().join().getStatusCode()).isEqualTo(200);
    }
}
