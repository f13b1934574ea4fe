package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lading.access.RegistrySettings;
import dev.lading.access.Secrets;
import dev.lading.access.Tokens;
import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.Download;
import dev.lading.blob.Written;
import dev.lading.content.BlobFetcher;
import dev.lading.content.BlobService;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.http.RegistryUrls;
import dev.lading.http.late.Later;
import dev.lading.http.mirror.Mirror;
import dev.lading.metadata.Page;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.RegistryException.BlobOnItsWay;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.registry.BlobResource;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteId;
import dev.lading.testing.Bytes;
import dev.lading.testing.Registry;
import dev.lading.testing.Stores;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of a store that clients are redirected to, as S3 is. */
@ExtendWith(EmbeddedStores.class)
class RedirectedBlobTest {
    private static final RepositoryName APP = new RepositoryName("app");
    private static final URI ELSEWHERE = URI.create("https://bucket.test/blob");
    private static final URI HEADERS = URI.create("https://bucket.test/blob?head");

    private static final URI HERE = URI.create("https://lading.test");

    @TempDir
    private Path folder;

    private final MultivaluedMap<String, String> query = new MultivaluedHashMap<>();
    private RepositoryName asked = APP;
    private @Nullable Mirror mirror;
    private Tokens tokens;
    private BlobFetcher fetcher = (name, listed) -> BlobFetcher.Fetch.failed(new AssertionError("all is here"));
    private Stores stores;
    private Registry registry;
    private BlobResource blobs;

    /** A store with the given bytes, whose downloads are redirects. */
    private record Elsewhere(BlobStore bytes) implements BlobStore {
        @Override
        public BlobWriter write(BlobKey key, Written written) throws IOException {
            return bytes.write(key, written);
        }

        @Override
        public OptionalLong sizeBytes(BlobKey key) throws IOException {
            return bytes.sizeBytes(key);
        }

        @Override
        public Page<Listed> list(Optional<String> after) throws IOException {
            return bytes.list(after);
        }

        @Override
        public InputStream read(BlobKey key, long offset, long length) throws IOException {
            return bytes.read(key, offset, length);
        }

        @Override
        public Download download(BlobKey key, Duration validFor) {
            return new Download.Redirect(ELSEWHERE);
        }

        @Override
        public Download head(BlobKey key, Duration validFor) {
            return new Download.Redirect(HEADERS);
        }

        @Override
        public void delete(BlobKey key, Written written) throws IOException {
            bytes.delete(key, written);
        }
    }

    @BeforeEach
    void open(Stores opened) throws IOException {
        stores = opened;
        InstantSource clock = InstantSource.system();
        tokens = new Tokens(Secrets.thrownAway(new FileSecretStore(folder.resolve("secrets")), clock), clock);
        registry = new Registry(stores.metadata(), new Elsewhere(stores.blobs().get()), InstantSource.system());
        blobs = blobs(false);
    }

    private BlobResource blobs(boolean behindGateway) {
        BlobStore elsewhere = new Elsewhere(stores.blobs().get());
        var settings = new RegistrySettings(false, Optional.of(HERE), Optional.empty(), 10, false, behindGateway);
        return new BlobResource(
                new BlobService(stores.metadata(), elsewhere, registry.repositories, InstantSource.system()),
                fetcher,
                new PullThroughCounts(InstantSource.system()),
                tokens,
                new RegistryUrls(settings),
                settings);
    }

    private ContainerRequestContext request() {
        return request(new AtomicBoolean());
    }

    /** A request that nothing is known of once it has ended, as when a handler has. */
    private ContainerRequestContext request(AtomicBoolean ended) {
        Map<String, Object> properties = Map.of("dev.lading.pull", registry.pull(APP), "dev.lading.asked", asked);
        return (ContainerRequestContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ContainerRequestContext.class},
                (proxy, method, arguments) -> {
                    assertThat(ended).isFalse();
                    return switch (method.getName()) {
                        case "getUriInfo" -> address();
                        case "getProperty" ->
                            arguments[0].equals("dev.lading.mirror") ? mirror : properties.get(arguments[0].toString());
                        default -> throw new AssertionError(method);
                    };
                });
    }

    private UriInfo address() {
        return (UriInfo) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {UriInfo.class},
                (proxy, method, arguments) -> method.getName().equals("getQueryParameters") ? query : HERE);
    }

    private Response get(Digest digest, String range, String... known) throws IOException {
        return blobs.get(digest.toString(), range, List.of(known), null, request(), unused());
    }

    /** What is not pulled through looks at nothing of it. */
    private RoutingContext unused() {
        return (RoutingContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RoutingContext.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private Response head(Digest digest, String... known) throws IOException {
        return blobs.head(digest.toString(), List.of(known), request());
    }

    @Test
    void who_has_it_is_not_sent_there() throws IOException {
        Digest digest = registry.pushBlob(APP, Bytes.random(100));
        String tag = "\"" + digest + "\"";

        Response sent = get(digest, "bytes=0-9", "\"other\"");

        assertThat(sent.getStatus()).isEqualTo(307);
        assertThat(sent.getLocation()).isEqualTo(ELSEWHERE);
        for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
            Response answer = get(digest, "bytes=0-9", known);
            assertThat(answer.getStatus()).isEqualTo(304);
            assertThat(answer.getHeaderString("ETag")).isEqualTo(tag);
            assertThat(answer.getHeaderString("Docker-Content-Digest")).isEqualTo(digest.toString());
        }
    }

    @Test
    void head_is_answered_here() throws IOException {
        Digest digest = registry.pushBlob(APP, Bytes.random(100));

        assertThat(head(digest).getStatus()).isEqualTo(200);
        assertThat(head(digest).getHeaderString("Content-Length")).isEqualTo("100");
    }

    @Test
    void behind_a_gateway_head_is_sent_to_an_address_for_head() throws IOException {
        blobs = blobs(true);
        Digest digest = registry.pushBlob(APP, Bytes.random(100));

        Response sent = head(digest);

        assertThat(sent.getStatus()).isEqualTo(307);
        assertThat(sent.getLocation()).isEqualTo(HEADERS);
        assertThat(sent.getHeaderString("Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(get(digest, null).getLocation()).isEqualTo(ELSEWHERE);
        assertThat(head(digest, "\"" + digest + "\"").getStatus()).isEqualTo(304);
        assertThat(head(EmptyLayer.DIGEST).hasEntity()).isTrue();
    }

    @Test
    void behind_a_gateway_nobody_is_sent_to_bytes_that_are_gone() throws IOException {
        blobs = blobs(true);
        Digest digest = registry.pushBlob(APP, Bytes.random(100));
        BlobKey key = stores.metadata()
                .get(BlobRecord.TABLE, BlobRecord.key(digest))
                .orElseThrow()
                .key();

        stores.blobs().get().delete(key, Written.NOTHING);

        assertThatThrownBy(() -> head(digest)).isInstanceOf(BlobUnknown.class);
    }

    @Test
    void behind_a_gateway_who_waits_is_sent_back_nine_times_and_then_told_to_pull_again() {
        Digest digest = Digest.of(Digest.SHA256, Bytes.random(10));
        list(digest);
        String state = null;
        for (int times = 0; times < 9; times++) {
            Response sent = waited(digest, state);
            assertThat(sent.getStatus()).isEqualTo(307);
            assertThat(sent.getLocation().toString()).startsWith(HERE + "/v2/app/blobs/" + digest + "?_waited=");
            state = sent.getLocation().getQuery().substring("_waited=".length());
        }
        String last = state;
        assertThatThrownBy(() -> waited(digest, last))
                .hasRootCauseInstanceOf(BlobOnItsWay.class)
                .hasMessageContaining("library/app");
        Digest other = Digest.of(Digest.SHA256, Bytes.random(10));
        list(other);
        for (String notItsOwn : List.of(last, "", "nonsense", last + "x")) {
            assertThat(waited(other, notItsOwn).getStatus()).isEqualTo(307);
        }
    }

    @Test
    void behind_a_gateway_who_asked_a_mirror_waits_there() {
        Digest digest = Digest.of(Digest.SHA256, Bytes.random(10));
        list(digest);
        fetcher = (name, listed) ->
                BlobFetcher.Fetch.failed(new BlobOnItsWay(listed.digest(), "library/app", Duration.ofSeconds(5)));
        blobs = blobs(true);
        asked = new RepositoryName("library/app");
        String path = "/v2/library/app/blobs/" + digest + "?_waited=";

        mirror = new Mirror(new RepositoryName("hub"), "/mirror/hub");
        assertThat(waited(digest, null).getLocation().toString()).startsWith(HERE + "/mirror/hub" + path);

        mirror = null;
        query.putSingle("ns", "docker.io");
        assertThat(waited(digest, null).getLocation().toString())
                .startsWith(HERE + path)
                .endsWith("&ns=docker.io");
    }

    private void list(Digest digest) {
        var repository = registry.repositories.getOrCreate(APP);
        var unit = ContentUnit.firstSeen(ContentKind.BLOB, digest.toString(), Instant.EPOCH);
        var origin = new BlobOrigin(new RemoteId(new UUID(1, 2)), "library/app");
        stores.metadata()
                .write(BlobEntry.listed(repository, unit, Content.PENDING, 10, origin)
                        .put());
    }

    private Response waited(Digest digest, @Nullable String state) {
        var stored = new CompletableFuture<BlobKey>();
        fetcher = (name, listed) -> new BlobFetcher.Fetch(stored, new CompletableFuture<>());
        blobs = blobs(true);
        var ended = new AtomicBoolean();
        var later = assertThrows(
                Later.class, () -> blobs.get(digest.toString(), null, List.of(), state, request(ended), unused()));
        ended.set(true);
        stored.completeExceptionally(new BlobOnItsWay(digest, "library/app", Duration.ofSeconds(5)));
        return later.answer().toCompletableFuture().join();
    }

    @Test
    void nobody_is_sent_there_for_no_bytes_or_the_empty_layer() throws IOException {
        Digest nothing = registry.pushBlob(APP, new byte[0]);

        assertThat(get(nothing, "bytes=0-").getStatus()).isEqualTo(200);
        assertThat(get(EmptyLayer.DIGEST, null).getStatus()).isEqualTo(200);
        assertThat(get(EmptyLayer.DIGEST, "bytes=-2").getStatus()).isEqualTo(206);
    }
}
