package dev.lading.upstream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.remote.HttpAddress;
import dev.lading.testing.Remotes;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.Reach;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamAddressTest {
    @ParameterizedTest(name = "{1} at {0} is {2}")
    @CsvSource({
        "https://quay.io,                     app/web, https://quay.io/v2/app/web",
        "https://quay.io/,                    web,     https://quay.io/v2/web",
        "https://quay.io/v2/,                 web,     https://quay.io/v2/web",
        "http://127.0.0.1:5000,               web,     http://127.0.0.1:5000/v2/web",
        "http://my_registry:5000,             web,     http://my_registry:5000/v2/web",
        "' HTTP://My_Registry:05000/a b|c ',  web,     http://my_registry:5000/a%20b%7Cc/v2/web",
        "https://quay.io?x=y,                 web,     https://quay.io/v2/web",
        "http://[::1]:5000,                   web,     http://[::1]:5000/v2/web",
        "https://host/artifactory/api/docker, web,     https://host/artifactory/api/docker/v2/web",
        "https://registry-1.docker.io,        alpine,  https://registry-1.docker.io/v2/library/alpine",
        "https://registry-1.docker.io/,       a/b,     https://registry-1.docker.io/v2/a/b",
        "https://docker.io,                   alpine,  https://registry-1.docker.io/v2/library/alpine",
        "http://index.docker.io/v1/,          alpine,  https://registry-1.docker.io/v2/library/alpine",
    })
    void addresses(String url, String name, String expected) {
        assertThat(UpstreamAddress.of(HttpAddress.of(url), name).manifest(Reference.parse("1")))
                .hasToString(expected + "/manifests/1");
    }

    @Test
    void a_port_that_cannot_be_is_refused() {
        assertThatThrownBy(() -> UpstreamAddress.of(HttpAddress.of("https://quay.io:99999"), "web"))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("url"));
    }

    @Test
    void a_name_that_no_registry_has_is_refused() {
        assertThatThrownBy(() -> UpstreamAddress.of(HttpAddress.of("https://quay.io"), "Web?x=1"))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("upstream_name"));
    }

    @Test
    void a_header_that_would_be_two_is_refused() {
        assertThatThrownBy(() -> Upstream.open(
                        Remotes.at("https://quay.io").settings(),
                        Remotes.at("https://quay.io")
                                .header("X-A", "b\r\nX-C: d")
                                .secrets(),
                        WaitBudget.of(Duration.ZERO),
                        Reach.ANY))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("headers"));
    }
}
