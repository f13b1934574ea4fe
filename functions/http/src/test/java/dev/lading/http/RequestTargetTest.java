package dev.lading.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {
    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/v2/a/tags/list,                 /v2/a/tags/list",
                "/v2/a/tags/list/,                /v2/a/tags/list/",
                "/v2/a%2Fb/tags/list,             /v2/a/b/tags/list",
                "/v2/a%2fb%2F/tags/list,          /v2/a/b/tags/list",
                "//v2///a//tags/list,             /v2/a/tags/list",
                "/v2/a/manifests/sha256%3Aab,     /v2/a/manifests/sha256:ab",
                "/%70ulp/%61pi,                   /pulp/api",
                "/%76%32/%61/tags/list?n=%31,     /v2/a/tags/list?n=%31",
                "http://x/v2/a/tags/list?n=1,     /v2/a/tags/list?n=1",
                "HTTPS://x:1//v2/,                /v2/",
                "/v2/a%20b/tags/list,             /v2/a%20b/tags/list",
                "/v2/a|b/{c},                     /v2/a%7Cb/%7Bc%7D",
                "/v2/...a/..b/c../,               /v2/...a/..b/c../",
                "/pulp/?q=name=\"a b\"|é,         /pulp/?q=name=%22a%20b%22%7C%E9",
                "/pulp/?next=../%2e%2e/;x\\y,     /pulp/?next=../%2e%2e/;x%5Cy",
            })
    void a_target_has_one_form(String target, String form) throws RequestRefused {
        assertThat(RequestTarget.canonical(target)).isEqualTo(form);
        assertThat(RequestTarget.canonical(form)).isEqualTo(form);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "v2/",
                "x:443",
                "http://x",
                "http:///v2/",
                "http://x?/v2/",
                "ftp://x/v2/",
                "/v2/../pulp/",
                "/v2/..",
                "/.",
                "/./v2/",
                "/v2/%2e%2E/pulp/",
                "/v2/.%2e/pulp/",
                "/v2/%2e/",
                "/v2/a%2F..%2Fb/tags/list",
                "/v2/a;x=1/tags/list",
                "/v2/a%3bx/tags/list",
                "/v2\\a",
                "/v2%5ca",
                "/v2%2Fa/tags/list",
                "/pulp%2fapi/",
                "/v2/a%252Fb/tags/list",
                "/v2/a%25/tags/list",
                "/%",
                "/%2",
                "/%zz",
                "/%+1",
                "/%١١",
                "/v2/a%00/tags/list",
                "/v2/a%0a/tags/list",
                "/v2/a%7f/tags/list",
                "/v2/a%c0%ae/tags/list",
                "/v2/é/tags/list",
                "/v2/a\u0000/tags/list",
                "/v2/a\t/tags/list",
                "/v2/a%3Fn=1",
                "/v2/a%23",
                "/v2/#",
                "/v2/?n=1#x",
                "/v2/?n=%",
                "/v2/?n=%4",
                "/v2/?n=\u0007",
            })
    void a_target_that_can_be_read_in_two_ways_is_refused(String target) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> RequestTarget.canonical(target))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }
}
