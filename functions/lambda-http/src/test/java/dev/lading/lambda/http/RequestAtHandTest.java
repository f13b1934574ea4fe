package dev.lading.lambda.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestAtHandTest {
    private static final Instant CAME = Instant.parse("2026-11-29T00:00:00Z");

    @ParameterizedTest(name = "{1} s after {0} s")
    @CsvSource({"0, 25", "4, 21", "24, 1", "30, 1", "-3, 25"})
    void a_request_is_held_until_25_seconds_after_it_came_to_the_gateway(int passed, int left) {
        var atHand = new RequestAtHand(() -> CAME.plusSeconds(passed));
        atHand.begin(APIGatewayV2HTTPEvent.builder()
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withTimeEpoch(CAME.toEpochMilli())
                        .withDomainName("registry.example.org")
                        .build())
                .build());

        assertThat(atHand.domain()).isEqualTo("registry.example.org");
        assertThat(atHand.left()).isEqualTo(Duration.ofSeconds(left));
    }
}
