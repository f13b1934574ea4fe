package dev.lading.upstream;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteSettings;
import dev.lading.upstream.http.Pace;
import dev.lading.upstream.http.RateLimit;
import dev.lading.upstream.http.RemoteHeaders;
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
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One repository of an upstream registry, read as its remote says; for one run of a sync. Thread-safe: as many requests as the
 * remote's {@code download_concurrency} are under way at once, others wait. Nothing is asked that is not needed: no
 * {@code GET /v2/}, and a token only after a challenge.
 *
 * <p>All methods throw {@link UpstreamException}. Its waits, for the remote's {@code rate_limit} and when the upstream asks
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

    private Upstream(RemoteSettings settings, RemoteSecrets secrets, WaitBudget patience, Reach reach, Dialer.Way way) {
        var connection = settings.connection();
        this.concurrency =
                Math.toIntExact(Math.clamp(connection.downloadConcurrency().orElse(CONCURRENCY), 1, 1000));
        long retries = Math.max(0, connection.maxRetries().orElse(RETRIES));
        this.address = UpstreamAddress.of(settings.url(), settings.upstreamName());
        // One more for a token, which is asked for while a request waits for it.
        this.transport = new Transport(
                connection,
                secrets,
                new Tls(connection, secrets, address.origin().host()),
                reach,
                way,
                concurrency + 1);
        this.pace = new Pace(patience, connection.rateLimit().orElse(0L));
        Supplier<Retries> newRetries = () -> new Retries(pace, retries, patience.limit());
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
     * @param secrets of the remote, opened
     * @param reach what of the network the remote may name
     * @throws FieldInvalid if the remote's fields cannot be used, such as a key without its certificate
     */
    public static Upstream open(RemoteSettings settings, RemoteSecrets secrets, WaitBudget patience, Reach reach) {
        return open(settings, secrets, patience, reach, Dialer.Way.OWN);
    }

    /** @throws FieldInvalid if a registry can have no repository of that name, with the reason */
    public static void requireName(String url, String upstreamName) {
        UpstreamAddress.of(url, upstreamName);
    }

    static Upstream open(
            RemoteSettings settings, RemoteSecrets secrets, WaitBudget patience, Reach reach, Dialer.Way way) {
        return new Upstream(settings, secrets, patience, reach, way);
    }

    /** How many requests are under way at once, 1 to 1000; more wait. */
    public int concurrency() {
        return concurrency;
    }

    /** Every tag once, in the upstream's order, read page by page as the stream is. */
    public Stream<Tag> tags() {
        return tags(name -> {});
    }

    /** @param none takes each name in the list that is no tag */
    public Stream<Tag> tags(Consumer<String> none) {
        return listings.tags(none);
    }

    /** What a tag or digest stands for now; empty: nothing. */
    public Optional<Descriptor> head(Reference reference) {
        return manifests.head(reference);
    }

    /**
     * A manifest whose digest was verified: the one asked for, or the one the upstream says it is.
     *
     * @throws UpstreamException.NotFound if there is none
     * @throws UpstreamException.InvalidAnswer if it has more than {@link Manifest#MAX_BYTES}, another digest, or is none
     */
    public Fetched get(Reference reference) {
        return manifests.get(reference);
    }

    /**
     * A blob to be read and closed; it takes one of the requests at a time until then.
     *
     * @param from offset in bytes; all of them: an empty answer
     */
    public BlobBody blob(Digest digest, long from) {
        return blobs.open(digest, from);
    }

    /**
     * Manifests whose subject is {@code subject}; empty: the upstream has no referrers API, as its first answer has shown for
     * the whole run. Source: distribution-spec v1.1, "Listing Referrers".
     */
    public Optional<List<Descriptor>> referrers(Digest subject) {
        return listings.referrers(subject);
    }

    /** As of the last answer. */
    public RateLimit rateLimit() {
        return pace.rateLimit();
    }

    /** Its registry and repository, as in {@code registry-1.docker.io/library/alpine}. */
    @Override
    public String toString() {
        return address.host() + "/" + address.name();
    }

    /** Whether it was closed, so that what it throws says nothing of who was asked. */
    public boolean isClosed() {
        return transport.isClosed();
    }

    /** Breaks off what is under way. */
    @Override
    public void close() {
        transport.close();
    }
}
