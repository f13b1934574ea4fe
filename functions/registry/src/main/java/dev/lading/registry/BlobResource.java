package dev.lading.registry;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Tokens;
import dev.lading.blob.BlobKey;
import dev.lading.blob.Download;
import dev.lading.content.ArrivingBytes;
import dev.lading.content.BlobFetcher;
import dev.lading.content.BlobFetcher.Fetch;
import dev.lading.content.BlobService;
import dev.lading.history.Pull;
import dev.lading.history.row.BlobEntry;
import dev.lading.http.AccessFilter;
import dev.lading.http.RegistryHeaders;
import dev.lading.http.RegistryUrls;
import dev.lading.http.late.Later;
import dev.lading.http.mirror.Mirrored;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.BlobOnItsWay;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.PullThroughCounter;
import dev.lading.remote.PullThroughCounts;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** {@code /v2/<name>/blobs/<digest>}. Source: distribution-spec v1.1, end-2 and end-10. */
@Path("/v2")
public class BlobResource {
    private static final String PATH = "/{name}/blobs/{digest}";

    /**
     * How often a client is sent back to wait for a blob, each time for less than the gateway's 30 s. Docker, containerd
     * and skopeo follow nine redirects.
     */
    private static final int MAX_WAITS = 9;

    private static final String WAITED = "_waited";

    private final BlobService blobs;
    private final BlobFetcher fetcher;
    private final PullThroughCounts counts;
    private final Tokens tokens;
    private final RegistryUrls urls;
    private final RegistrySettings settings;

    public BlobResource(
            BlobService blobs,
            BlobFetcher fetcher,
            PullThroughCounts counts,
            Tokens tokens,
            RegistryUrls urls,
            RegistrySettings settings) {
        this.blobs = blobs;
        this.fetcher = fetcher;
        this.counts = counts;
        this.tokens = tokens;
        this.urls = urls;
        this.settings = settings;
    }

    @Needs(Permission.PULL)
    @Mirrored
    @GET
    @Path(PATH)
    public Response get(
            @PathParam("digest") String digest,
            @HeaderParam("Range") @Nullable String range,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) List<String> known,
            @QueryParam(WAITED) @Nullable String waited,
            @Context ContainerRequestContext request,
            @Context RoutingContext http)
            throws IOException {
        Digest wanted = Digest.parse(digest);
        Pull pull = AccessFilter.pulled(request);
        if (wanted.equals(EmptyLayer.DIGEST)) {
            return emptyLayer(pull, Optional.ofNullable(range), known);
        }
        BlobEntry blob = blobs.get(pull, wanted);
        Optional<PullThroughCounter> counter = pull.through().map(through -> counts.of(through.remote()));
        if (IfNoneMatch.has(known, wanted)) {
            counter.ifPresent(PullThroughCounter::hit);
            return notModified(wanted);
        }
        Optional<String> wantedPart = Optional.ofNullable(range);
        if (blob.key().isEmpty()) {
            Fetch fetch = fetcher.fetch(pull.name(), blob);
            UnaryOperator<Response> counted = answer -> {
                counter.ifPresent(each -> {
                    each.missed();
                    ServedBytes.count(http, settings, each, sentBytes(answer, blob));
                });
                return answer;
            };
            if (settings.behindGateway()) {
                int times = waited == null ? 0 : tokens.checkWaited(waited, pull.name(), wanted);
                // The request's context has ended when the fetch has.
                String path = "/v2/" + AccessFilter.asked(request) + "/blobs/" + wanted;
                RegistryUrls.Address here = urls.address(request, path);
                CompletionStage<Response> stored = fetch.stored().thenApply(key -> stored(pull, blob, key, wantedPart));
                throw Later.until(waiting(stored.thenApply(counted), here, pull, blob, times));
            }
            throw Later.until(fetched(fetch, pull, blob, wantedPart).thenApply(counted));
        }
        Response answer = content(blob, blob.key().get(), wantedPart);
        counter.ifPresent(each -> {
            if (settings.behindGateway() && waited != null) {
                each.missed();
            } else {
                each.hit();
            }
            ServedBytes.count(http, settings, each, sentBytes(answer, blob));
        });
        return answer;
    }

    /** What the client is sent, by us or by the store that it is redirected to. */
    private static long sentBytes(Response answer, BlobEntry blob) {
        return answer.getHeaders().getFirst(HttpHeaders.CONTENT_LENGTH) instanceof Long length
                ? length
                : blob.sizeBytes();
    }

    /** Sends a client back to wait on, where a request may take less time than a blob. */
    private CompletionStage<Response> waiting(
            CompletionStage<Response> stored, RegistryUrls.Address here, Pull pull, BlobEntry blob, int times) {
        if (times >= MAX_WAITS) {
            return stored;
        }
        return stored.exceptionally(failure -> {
            if (failure instanceof CompletionException wrapped && wrapped.getCause() instanceof BlobOnItsWay) {
                String state = tokens.waited(pull.name(), blob.digest(), times + 1);
                return Response.temporaryRedirect(URI.create(here.with(WAITED, state)))
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build();
            }
            throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
        });
    }

    /** A blob that is on its way: the whole of it is sent as it comes, a part once all is verified. */
    private CompletionStage<Response> fetched(Fetch fetch, Pull pull, BlobEntry blob, Optional<String> range) {
        CompletionStage<Response> stored = fetch.stored().thenApply(key -> stored(pull, blob, key, range));
        // Of a small one nothing could be sent before, and a refusal can still be told.
        if (range.isPresent() || blob.sizeBytes() <= ArrivingBytes.HELD_BACK) {
            return stored;
        }
        CompletionStage<Optional<Supplier<Optional<ArrivingBytes>>>> first = fetch.stored()
                .thenApply(key -> Optional.<Supplier<Optional<ArrivingBytes>>>empty())
                .applyToEither(fetch.arriving().thenApply(Optional::of), either -> either);
        // A reader is made only to be read.
        return first.thenCompose(reader -> reader.flatMap(Supplier::get)
                .map(bytes -> CompletableFuture.completedStage(arriving(blob, bytes)))
                .orElse(stored));
    }

    private static Response arriving(BlobEntry blob, ArrivingBytes bytes) {
        return found(blob.digest(), ByteRange.whole(blob.sizeBytes()))
                .entity(bytes)
                .build();
    }

    /** Reads the blob's row again: it was listed with the size that a manifest says, which may be wrong. */
    private Response stored(Pull pull, BlobEntry listed, BlobKey key, Optional<String> range) {
        try {
            BlobEntry blob = blobs.get(pull, listed.digest());
            return content(blob, blob.key().orElse(key), range);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Response content(BlobEntry blob, BlobKey key, Optional<String> range) throws IOException {
        return switch (blobs.download(key)) {
            case Download.LocalFile file -> {
                ByteRange part = ByteRange.parse(range, blob.sizeBytes());
                yield found(blob.digest(), part)
                        .entity(new PathPart(file.path(), part.offset(), part.length()))
                        .build();
            }
            case Download.Redirect redirect
            when blob.sizeBytes() <= settings.inlineBytes() -> {
                ByteRange part = ByteRange.parse(range, blob.sizeBytes());
                yield found(blob.digest(), part)
                        .entity(blobs.read(key, part.offset(), part.length()))
                        .build();
            }
            case Download.Redirect redirect -> redirected(blob, redirect);
        };
    }

    private static Response redirected(BlobEntry blob, Download.Redirect redirect) {
        return Response.temporaryRedirect(redirect.location())
                .header(RegistryHeaders.CONTENT_DIGEST, blob.digest())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private static Response emptyLayer(Pull pull, Optional<String> range, List<String> known) {
        var _ = pull.require();
        if (IfNoneMatch.has(known, EmptyLayer.DIGEST)) {
            return notModified(EmptyLayer.DIGEST);
        }
        ByteRange part = ByteRange.parse(range, EmptyLayer.SIZE_BYTES);
        return found(EmptyLayer.DIGEST, part)
                .entity(new ByteArrayInputStream(EmptyLayer.bytes(), (int) part.offset(), (int) part.length()))
                .build();
    }

    @Needs(Permission.PULL)
    @Mirrored
    @HEAD
    @Path(PATH)
    public Response head(
            @PathParam("digest") String digest,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) List<String> known,
            @Context ContainerRequestContext request)
            throws IOException {
        Digest wanted = Digest.parse(digest);
        Pull pull = AccessFilter.pulled(request);
        if (wanted.equals(EmptyLayer.DIGEST)) {
            return emptyLayer(pull, Optional.empty(), known);
        }
        BlobEntry blob = blobs.askedFor(pull, wanted);
        if (IfNoneMatch.has(known, wanted)) {
            return notModified(wanted);
        }
        // What is only listed has no bytes to send a client to.
        if (settings.behindGateway()
                && blob.key().isPresent()
                && blobs.head(pull, wanted, blob.key().get()) instanceof Download.Redirect redirect) {
            return redirected(blob, redirect);
        }
        return found(wanted, ByteRange.whole(blob.sizeBytes())).build();
    }

    private static Response.ResponseBuilder found(Digest digest, ByteRange part) {
        Response.ResponseBuilder response = described(part.isWhole() ? 200 : 206, digest)
                .header(HttpHeaders.CONTENT_TYPE, MediaType.OCTET_STREAM.value())
                .header(HttpHeaders.CONTENT_LENGTH, part.length())
                .header("Accept-Ranges", "bytes");
        return part.isWhole() ? response : response.header("Content-Range", part);
    }

    private static Response notModified(Digest digest) {
        return described(304, digest).build();
    }

    private static Response.ResponseBuilder described(int status, Digest digest) {
        return Response.status(status)
                .header(HttpHeaders.ETAG, IfNoneMatch.tag(digest))
                // The address says what the bytes are; it never means others.
                .header(HttpHeaders.CACHE_CONTROL, "max-age=31536000, immutable")
                .header(RegistryHeaders.CONTENT_DIGEST, digest);
    }

    @Needs(Permission.DELETE)
    @DELETE
    @Path(PATH)
    public Response delete(@PathParam("name") String name, @PathParam("digest") String digest) {
        long version = blobs.delete(new RepositoryName(name), Digest.parse(digest));
        return Response.accepted()
                .header(RegistryHeaders.REPOSITORY_VERSION, version)
                .build();
    }
}
