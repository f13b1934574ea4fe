package dev.lading.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
    private static final String PROXY = "10.0.0.1";

    private final TrustedProxies proxies = new TrustedProxies(List.of("10.0.0.0/8", "192.0.2.0/28", "2001:db8:1::/48"));

    @ParameterizedTest(name = "{0}: {1} means {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For | 198.51.100.7                              | 198.51.100.7",
                "X-Forwarded-For | 203.0.113.1, 198.51.100.7                 | 198.51.100.7",
                "X-Forwarded-For | 203.0.113.1, 198.51.100.7, 10.1.2.3       | 198.51.100.7",
                "X-Forwarded-For | 198.51.100.7,192.0.2.15,10.9.9.9          | 198.51.100.7",
                "X-Forwarded-For | 198.51.100.7,192.0.2.16                   | 192.0.2.16",
                "X-Forwarded-For | 198.51.100.7:1234                         | 198.51.100.7",
                "X-Forwarded-For | 198.51.100.7, [2001:db8:2::5]:80          | 2001:db8:2:0:0:0:0:5",
                "X-Forwarded-For | 2001:db8:2::5, 2001:db8:1::9              | 2001:db8:2:0:0:0:0:5",
                "X-Forwarded-For | 198.51.100.7, nonsense, 10.0.0.3          | 10.0.0.3",
                "X-Forwarded-For | 10.0.0.4, 10.0.0.3                        | 10.0.0.4",
                "Forwarded       | for=203.0.113.1, for=198.51.100.7;proto=https;host=a | 198.51.100.7",
                "Forwarded       | For=\"[2001:db8:2::5]:80\"                | 2001:db8:2:0:0:0:0:5",
            })
    void the_first_from_the_right_that_is_no_proxy_is_the_client(String header, String value, String client)
            throws Exception {
        HttpHeaders headers = new DefaultHttpHeaders().set(header, value);

        assertThat(proxies.client(InetAddress.ofLiteral(PROXY), headers)).contains(InetAddress.ofLiteral(client));
        assertThat(headers.getAll(header)).hasSize(1);
        assertThat(headers.get(header))
                .contains(client)
                .doesNotContain("203.0.113.1")
                .doesNotContain(", ");
    }

    @Test
    void of_others_nothing_is_believed() throws Exception {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("X-Forwarded-For", "198.51.100.7")
                .set("Forwarded", "for=198.51.100.7")
                .set("X-Forwarded-Host", "evil.test");

        assertThat(proxies.client(InetAddress.ofLiteral("203.0.113.9"), headers))
                .isEmpty();
        assertThat(headers).isEmpty();
    }

    @Test
    void a_header_that_the_proxy_passed_on_unseen_is_found_out() {
        HttpHeaders headers =
                new DefaultHttpHeaders().set("X-Forwarded-For", "198.51.100.7").set("Forwarded", "for=203.0.113.1");

        assertThatExceptionOfType(TrustedProxies.Contradiction.class)
                .isThrownBy(() -> proxies.client(InetAddress.ofLiteral(PROXY), headers));
    }

    @Test
    void of_a_client_that_the_proxy_hides_nothing_is_believed() throws Exception {
        HttpHeaders headers = new DefaultHttpHeaders().set("Forwarded", "for=203.0.113.1, for=_hidden");

        assertThat(proxies.client(InetAddress.ofLiteral(PROXY), headers)).isEmpty();
        assertThat(headers).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "::1/129", ""})
    void a_proxy_is_named_by_addresses(String block) {
        assertThatIllegalArgumentException().isThrownBy(() -> TrustedProxies.require(block));
    }
}
