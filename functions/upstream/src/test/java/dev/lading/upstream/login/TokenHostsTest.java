package dev.lading.upstream.login;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hosts that may be shown an upstream's password for a token. */
class TokenHostsTest {
    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({
        "registry-1.docker.io, auth.docker.io, true",
        "registry.gitlab.com, gitlab.com, true",
        "registry.redhat.io, sso.redhat.com, true",
        "registry.connect.redhat.com, sso.redhat.com, true",
        "ghcr.io, ghcr.io, true",
        "registry.digitalocean.com, api.digitalocean.com, true",
        "registry.example.co.uk, auth.example.co.uk, true",
        "registry.corp.local, auth.corp.local, true",
        "registry.example.com., auth.example.com, true",
        "127.0.0.1, 127.0.0.1, true",
        "registry, registry, true",
        "registry.example.com, named.test, true",
        "registry.example.com, example.org, false",
        "registry.example.com, notexample.com, false",
        "registry.example.com, example.com.evil.test, false",
        "registry.example.com, com, false",
        "registry.example.com, sub.named.test, false",
        "registry.one.co.uk, auth.two.co.uk, false",
        "one.github.io, two.github.io, false",
        "one.s3.amazonaws.com, two.s3.amazonaws.com, false",
        "10.0.0.1, 10.1.0.1, false",
        "127.0.0.1, 127.0.0.2, false",
        "[2001:db8::1], [2001:db8::2], false",
        "registry, auth, false",
        "sso.redhat.com, registry.redhat.io, false",
        "evil.redhat.io, sso.redhat.com, false",
    })
    void hosts(String upstream, String realm, boolean trusted) {
        assertThat(new TokenHosts(upstream, List.of("named.test")).have(realm)).isEqualTo(trusted);
    }
}
