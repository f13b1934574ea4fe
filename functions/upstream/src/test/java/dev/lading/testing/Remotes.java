package dev.lading.testing;

import dev.lading.metadata.Labels;
import dev.lading.remote.Platform;
import dev.lading.remote.RemoteConnection;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemotePolicy;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteSettings;
import dev.lading.remote.RemoteUrl;
import dev.lading.remote.SealedSecrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A remote as an administrator describes it, field by field. */
public final class Remotes {
    private final String url;
    private String name = "upstream";
    private String upstreamName = FaultyUpstream.NAME;
    private Optional<String> caCert = Optional.empty();
    private Optional<String> clientCert = Optional.empty();
    private Optional<String> clientKey = Optional.empty();
    private boolean tlsValidation = true;
    private Optional<RemoteUrl> proxyUrl = Optional.empty();
    private Optional<String> proxyUsername = Optional.empty();
    private Optional<String> proxyPassword = Optional.empty();
    private Optional<String> username = Optional.empty();
    private Optional<String> password = Optional.empty();
    private Optional<Long> maxRetries = Optional.empty();
    private Optional<Double> totalTimeout = Optional.empty();
    private Optional<Double> sockReadTimeout = Optional.empty();
    private Optional<Long> rateLimit = Optional.empty();
    private Optional<Long> downloadConcurrency = Optional.empty();
    private final List<Map<String, String>> headers = new ArrayList<>();
    private List<String> tokenHosts = List.of();
    private List<String> includes = List.of();
    private List<String> excludes = List.of();
    private List<Platform> platforms = List.of();
    private boolean referrers = true;
    private boolean strict;
    private RemoteKind kind = RemoteKind.CONTAINER;
    private RemotePolicy policy = RemotePolicy.IMMEDIATE;

    private Remotes(String url) {
        this.url = url;
    }

    public static Remotes at(String url) {
        return new Remotes(url);
    }

    /** Sets the name, which is unique among remotes. */
    public Remotes name(String other) {
        name = other;
        return this;
    }

    public Remotes upstreamName(String name) {
        upstreamName = name;
        return this;
    }

    public Remotes login(String name, String secret) {
        username = Optional.of(name);
        password = Optional.of(secret);
        return this;
    }

    public Remotes caCert(String pem) {
        caCert = Optional.of(pem);
        return this;
    }

    /** Sets a client certificate without its key. */
    public Remotes clientCert(String pem) {
        clientCert = Optional.of(pem);
        clientKey = Optional.empty();
        return this;
    }

    public Remotes client(String certificate, String key) {
        clientCert = Optional.of(certificate);
        clientKey = Optional.of(key);
        return this;
    }

    public Remotes withoutTlsValidation() {
        tlsValidation = false;
        return this;
    }

    public Remotes proxy(String address) {
        proxyUrl = Optional.of(RemoteUrl.of("proxy_url", address));
        return this;
    }

    public Remotes proxyLogin(String name, String secret) {
        proxyUsername = Optional.of(name);
        proxyPassword = Optional.of(secret);
        return this;
    }

    public Remotes maxRetries(long retries) {
        maxRetries = Optional.of(retries);
        return this;
    }

    public Remotes totalTimeout(double seconds) {
        totalTimeout = Optional.of(seconds);
        return this;
    }

    public Remotes sockReadTimeout(double seconds) {
        sockReadTimeout = Optional.of(seconds);
        return this;
    }

    public Remotes rateLimit(long perSecond) {
        rateLimit = Optional.of(perSecond);
        return this;
    }

    public Remotes downloadConcurrency(long requests) {
        downloadConcurrency = Optional.of(requests);
        return this;
    }

    public Remotes tokenHosts(String... names) {
        tokenHosts = List.of(names);
        return this;
    }

    public Remotes header(String name, String value) {
        headers.add(Map.of(name, value));
        return this;
    }

    public Remotes includes(String... names) {
        includes = List.of(names);
        return this;
    }

    public Remotes excludes(String... names) {
        excludes = List.of(names);
        return this;
    }

    public Remotes platforms(String... names) {
        platforms = Stream.of(names).map(Platform::parse).toList();
        return this;
    }

    public Remotes withoutReferrers() {
        referrers = false;
        return this;
    }

    public Remotes strict() {
        strict = true;
        return this;
    }

    public Remotes pullThrough() {
        kind = RemoteKind.PULL_THROUGH;
        return this;
    }

    public Remotes streamed() {
        policy = RemotePolicy.STREAMED;
        return this;
    }

    public Remotes onDemand() {
        policy = RemotePolicy.ON_DEMAND;
        return this;
    }

    public RemoteSettings settings() {
        return new RemoteSettings(
                kind,
                name,
                RemoteUrl.of("url", url),
                upstreamName,
                policy,
                includes,
                excludes,
                platforms,
                referrers,
                strict,
                Optional.empty(),
                Labels.NONE,
                new RemoteConnection(
                        caCert,
                        clientCert,
                        tlsValidation,
                        proxyUrl,
                        maxRetries,
                        totalTimeout,
                        Optional.empty(),
                        Optional.empty(),
                        sockReadTimeout,
                        List.of(),
                        downloadConcurrency,
                        rateLimit,
                        tokenHosts),
                SealedSecrets.NONE);
    }

    public RemoteSecrets secrets() {
        return new RemoteSecrets(username, password, proxyUsername, proxyPassword, clientKey, headers);
    }
}
