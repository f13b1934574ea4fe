package dev.lading.lambda.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAnswerTest {
    private static final int LAMBDA_BYTES = 6 * 1024 * 1024;
    private static final int MANIFEST_BYTES = 4 * 1024 * 1024;

    private static APIGatewayV2HTTPResponse fitting(String body) {
        return GatewayAnswer.fitting(
                APIGatewayV2HTTPResponse.builder().withBody(body).build());
    }

    @ParameterizedTest(name = "of {0}")
    @ValueSource(strings = {"x", "\"", "\n", "ä", "\u0001"})
    void a_text_of_four_mib_fits_and_stays_what_it_is(String character) throws Exception {
        String text = character.repeat(MANIFEST_BYTES / character.getBytes(StandardCharsets.UTF_8).length);

        APIGatewayV2HTTPResponse answer = fitting(text);

        assertThat(new ObjectMapper().writeValueAsBytes(answer)).hasSizeLessThan(LAMBDA_BYTES);
        assertThat(Base64.getDecoder().decode(answer.getBody())).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.getIsBase64Encoded()).isTrue();
    }

    @ParameterizedTest(name = "of {0}")
    @ValueSource(strings = {"\"", "\u0001"})
    void a_text_that_fits_as_it_is_stays_readable(String character) throws Exception {
        String text = character.repeat(980_000);

        APIGatewayV2HTTPResponse answer = fitting(text);

        assertThat(answer.getBody()).isEqualTo(text);
        assertThat(new ObjectMapper().writeValueAsBytes(answer)).hasSizeLessThan(LAMBDA_BYTES);
    }

    @Test
    void an_answer_without_a_body_stays_without() {
        assertThat(fitting(null).getBody()).isNull();
    }
}
