package dev.lading.upstream;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteSettings;
import dev.lading.remote.RemoteUrl;
import dev.lading.upstream.http.Pace;
import dev.lading.upstream.http.RateLimit;
import dev.lading.upstream.http.RemoteHeaders;
import dev.lading.upstream.http.RequestListener;
import dev.lading.upstream.http.Requests;
import dev.lading.upstream.http.Retries;
import dev.lading.upstream.http.UpstreamAddress;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.login.Login;
import dev.lading.upstream.login.TokenHosts;
import dev.lading.upstream.transport.Bounds;
import dev.lading.upstream.transport.Dialer;
import dev.lading.upstream.transport.Reach;
import dev.lading.upstream.transport.Tls;
import dev.lading.upstream.transport.Transport;
import dev.lading.upstream.transport.UpstreamException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A client for one repository of an upstream registry, configured by its remote, for one sync run. Thread-safe: at most
 * {@code download_concurrency} requests are under way at once; others wait. It sends no request that is not needed: no
 * {@code GET /v2/}, and a token request only after a challenge.
 *
 * <p>All methods throw {@link UpstreamException}. Waits, for the remote's {@code rate_limit} and when the upstream asks
 * for it, go through the {@link WaitBudget}'s sleeper. Source: distribution-spec v1.1, "Pull".
 */
public final class Upstream implements AutoCloseable {
    /** Pulp's defaults. */
    private static final long CONCURRENCY = 10;

    private static final long RETRIES = 3;

    private final int concurrency;
    private final UpstreamAddress address;
    private final Transport transport;
    private final Pace pace;
    private final Manifests manifests;
    private final Blobs blobs;
    private final TagPages listings;

    private Upstream(RemoteSettings settings, RemoteSecrets secrets, Pace pace, Reach reach, Dialer.Way way) {
        var connection = settings.connection();
        this.concurrency =
                Math.toIntExact(Math.clamp(connection.downloadConcurrency().orElse(CONCURRENCY), 1, 1000));
        long retries = Math.max(0, connection.maxRetries().orElse(RETRIES));
        this.address = UpstreamAddress.of(settings.url().address(), settings.upstreamName());
        // One more for a token request, since another request waits for it.
        this.transport = new Transport(
                connection,
                secrets,
                new Tls(connection, secrets, address.origin().host()),
                reach,
                way,
                concurrency + 1);
        this.pace = pace;
        Supplier<Retries> newRetries = () -> new Retries(pace, retries);
        Bounds bounds = reach.bounds("url");
        var requests = new Requests(transport, pace, address.origin(), RemoteHeaders.of(secrets.headers()), bounds);
        var tokenHosts = new TokenHosts(address.origin().host(), connection.tokenHosts());
        var login = new Login(address, secrets, tokenHosts, bounds, requests, newRetries, pace);
        var session = new Session(requests, login, new Semaphore(concurrency, true), newRetries);
        this.manifests = new Manifests(address, session);
        this.blobs = new Blobs(address, session, pace);
        this.listings = new TagPages(address, session);
    }

    /**
     * @param secrets of the remote, decrypted
     * @param reach addresses that the remote may name
     * @throws FieldInvalid if the remote's fields cannot be used, such as a key without its certificate
     */
    public static Upstream open(RemoteSettings settings, RemoteSecrets secrets, WaitBudget patience, Reach reach) {
        return open(settings, secrets, patience, reach, Dialer.Way.OWN);
    }

    /**
     * Opens one of several repositories of a remote, which share its limits.
     *
     * @throws FieldInvalid if the remote's fields cannot be used
     */
    public static Upstream open(RemoteSettings settings, RemoteSecrets secrets, Pace pace, Reach reach) {
        return new Upstream(settings, secrets, pace, reach, Dialer.Way.OWN);
    }

    /** @throws FieldInvalid if no registry can have a repository of that name, with the reason */
    public static void requireName(RemoteUrl url, String upstreamName) {
        UpstreamAddress.of(url.address(), upstreamName);
    }

    static Upstream open(
            RemoteSettings settings, RemoteSecrets secrets, WaitBudget patience, Reach reach, Dialer.Way way) {
        var pace = new Pace(patience, settings.connection(), RequestListener.NONE);
        return new Upstream(settings, secrets, pace, reach, way);
    }

    /** The number of requests that may be under way at once, 1 to 1000; more wait. */
    public int concurrency() {
        return concurrency;
    }

    /** Every tag once, in the upstream's order; pages are read as the stream is consumed. */
    public Stream<Tag> tags() {
        return tags(name -> {});
    }

    /** @param none takes each name in the list that is no tag */
    public Stream<Tag> tags(Consumer<String> none) {
        return listings.tags(none);
    }

    /** The descriptor that a tag or digest resolves to now; empty: there is none. */
    public Optional<Descriptor> head(Reference reference) {
        return manifests.head(reference);
    }

    /**
     * A manifest with a verified digest: the one asked for, or the one the upstream claims.
     *
     * @throws UpstreamException.NotFound if there is none
     * @throws UpstreamException.InvalidAnswer if it is larger than {@link Manifest#MAX_BYTES}, has another digest, or
     *     is no manifest
     */
    public Fetched get(Reference reference) {
        return manifests.get(reference);
    }

    /**
     * A blob to be read and closed; until it is closed, it counts as one of the concurrent requests.
     *
     * @param from offset in bytes; the size of the whole: an empty answer
     */
    public BlobBody blob(Digest digest, long from) {
        return blobs.open(digest, from, OptionalLong.empty());
    }

    /** @param likely size of the whole, as others say it: where the upstream says none, an end before it is a break */
    public BlobBody blob(Digest digest, long from, long likely) {
        return blobs.open(digest, from, OptionalLong.of(likely));
    }

    /**
     * Manifests whose subject is {@code subject}; empty: the upstream has no referrers API, which is decided once per
     * run by its first answer. Source: distribution-spec v1.1, "Listing Referrers".
     */
    public Optional<List<Descriptor>> referrers(Digest subject) {
        return listings.referrers(subject);
    }

    /** The rate limit that the last answer reported. */
    public RateLimit rateLimit() {
        return pace.rateLimit();
    }

    /** Registry and repository, as in {@code registry-1.docker.io/library/alpine}. */
    @Override
    public String toString() {
        return address.host() + "/" + address.name();
    }

    /** Whether this client was closed; exceptions thrown after that say nothing about the upstream. */
    public boolean isClosed() {
        return transport.isClosed();
    }

    /** Aborts all requests under way. */
    @Override
    public void close() {
        transport.close();
    }
}
