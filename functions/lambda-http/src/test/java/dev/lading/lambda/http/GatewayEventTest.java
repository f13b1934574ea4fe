package dev.lading.lambda.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayEventTest {
    @ParameterizedTest(name = "{0} is asked for as {1}")
    @CsvSource({
        "/v2/app/blobs/sha256:00,          /v2/app/blobs/sha256:00",
        "/v2/app/blobs/sha256%3A00,        /v2/app/blobs/sha256%3A00",
        "/v2/a//b/tags/list,               /v2/a//b/tags/list",
        "/v2/app/tags/list?n=1,            /v2/app/tags/list%3Fn=1",
        "/v2/app/tags/list#n,              /v2/app/tags/list%23n",
        "/v2/a b/tags/list,                /v2/a%20b/tags/list",
        "/v2/\\..\\pulp/api/v3/status/,    /v2/%5C..%5Cpulp/api/v3/status/",
        "/v2/äpfel/tags/list,              /v2/%C3%A4pfel/tags/list",
        "/v2/..;/pulp/api/v3/status/,      /v2/..;/pulp/api/v3/status/",
        "http://registry.invalid/v2/,      /http://registry.invalid/v2/",
    })
    void a_path_is_read_whole_and_as_nothing_but_a_path(String gateways, String path) {
        assertThat(sent(gateways, Map.of()).getRawPath()).isEqualTo(path);
        assertThat(URI.create("http://registry.invalid" + path).getRawPath()).isEqualTo(path);
    }

    @Test
    void control_characters_are_escaped_for_the_rule_for_paths_to_refuse() {
        assertThat(sent("/v2/\0\r\n\u007f", Map.of()).getRawPath()).isEqualTo("/v2/%00%0D%0A%7F");
    }

    @Test
    void a_request_without_a_path_is_one_for_the_root() {
        assertThat(sent(null, Map.of()).getRawPath()).isEqualTo("/");
    }

    @Test
    void what_clients_say_of_their_address_is_dropped_and_the_gateways_scheme_is_kept() {
        Map<String, String> headers = Map.of(
                "x-forwarded-for", "192.0.2.1, 203.0.113.9",
                "X-Forwarded-Host", "evil.invalid",
                "forwarded", "for=192.0.2.1",
                "x-forwarded-proto", "https",
                "host", "registry.invalid");
        assertThat(sent("/v2/", headers).getHeaders())
                .containsOnly(Map.entry("x-forwarded-proto", "https"), Map.entry("host", "registry.invalid"));
    }

    @Test
    void a_request_without_host_gets_one() {
        assertThat(sent("/v2/", Map.of("accept", "*/*")).getHeaders())
                .containsOnly(Map.entry("accept", "*/*"), Map.entry("host", "localhost"));
        assertThat(sent("/v2/", null).getHeaders()).containsOnly(Map.entry("host", "localhost"));
        assertThat(sent("/v2/", Map.of("Host", " ")).getHeaders()).containsOnly(Map.entry("host", "localhost"));
        assertThat(sent("/v2/", Map.of("Host", "registry.invalid")).getHeaders())
                .containsOnly(Map.entry("Host", "registry.invalid"));
    }

    private static APIGatewayV2HTTPEvent sent(String path, Map<String, String> headers) {
        var event = new APIGatewayV2HTTPEvent();
        event.setRawPath(path);
        event.setHeaders(headers);
        return GatewayEvent.asSent(event);
    }
}
