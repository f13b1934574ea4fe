package dev.lading.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.AwsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

class AwsClientsTest {
    private static final Duration GATEWAY = Duration.ofSeconds(29);
    private static final Optional<URI> ENDPOINT = Optional.of(URI.create("http://127.0.0.1:1"));

    static {
        // Read when a client is made.
        System.setProperty("aws.region", "us-east-1");
    }

    static Stream<Method> factories() {
        return Arrays.stream(AwsClients.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> AwsClient.class.isAssignableFrom(method.getReturnType()));
    }

    @Test
    void there_are_clients_of_six_services() {
        assertThat(factories()).hasSize(6);
    }

    @ParameterizedTest
    @MethodSource("factories")
    void each_client_gives_up_before_the_gateway_does(Method factory) throws ReflectiveOperationException {
        try (AwsClient client = (AwsClient) factory.invoke(null, ENDPOINT)) {
            var limits = client.serviceClientConfiguration().overrideConfiguration();
            Duration call = limits.apiCallTimeout().orElseThrow();
            assertThat(call).isLessThan(GATEWAY);
            assertThat(limits.apiCallAttemptTimeout().orElseThrow().multipliedBy(2))
                    .isLessThan(call);
        }
    }

    private record Started(Duration asks, int attempt) {}

    /** Simulates functions that start together and ask for the secrets, of which 40 a second are told. */
    @Test
    void secrets_are_read_by_500_functions_that_start_at_once() {
        try (SsmClient ssm = AwsClients.ssm(ENDPOINT)) {
            assertThat(ssm.serviceClientConfiguration()
                            .overrideConfiguration()
                            .retryStrategy()
                            .orElseThrow()
                            .maxAttempts())
                    .isEqualTo(AwsClients.COLD_STORM_ATTEMPTS);
        }
        var waiting = new PriorityQueue<Started>((a, b) -> a.asks().compareTo(b.asks()));
        IntStream.range(0, 500).forEach(i -> waiting.add(new Started(Duration.ofMillis(i % 100), 1)));
        double room = 40;
        Duration last = Duration.ZERO;
        while (!waiting.isEmpty()) {
            Started next = waiting.remove();
            room = Math.min(40, room + next.asks().minus(last).toMillis() * 0.04);
            last = next.asks();
            if (room >= 1) {
                room--;
            } else {
                assertThat(next.attempt()).isLessThan(AwsClients.COLD_STORM_ATTEMPTS);
                Duration pause = AwsClients.COLD_STORM.computeDelay(next.attempt());
                waiting.add(new Started(next.asks().plus(pause), next.attempt() + 1));
            }
        }
        assertThat(last).isLessThan(AwsClients.CALL);
    }
}
