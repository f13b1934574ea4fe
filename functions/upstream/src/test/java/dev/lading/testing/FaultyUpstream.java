package dev.lading.testing;

import static java.util.stream.Collectors.joining;

import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * A registry with one repository, {@value #NAME}, that serves the content given to it and fails as told. It is real
 * HTTP on a port of this machine, and serves tags in pages, manifests, ranges of blobs and referrers; with tokens if
 * wanted.
 */
public final class FaultyUpstream implements AutoCloseable {
    public static final String NAME = "library/app";

    private static final String ROOT = "/v2/" + NAME + "/";

    private final RawServer server;
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final Map<String, String> tags = new ConcurrentSkipListMap<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Set<String> manifests = ConcurrentHashMap.newKeySet();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tokenNumber = new AtomicInteger();
    private volatile int pageSize = 1000;
    private volatile boolean hasReferrers = true;
    private volatile Optional<String> realm = Optional.empty();
    private volatile Optional<String> password = Optional.empty();
    private volatile int tokenSeconds = 300;

    /** A fault that happens a number of times. */
    private record Fault(Pattern requests, AtomicInteger times, UnaryOperator<Reply> change) {}

    private FaultyUpstream(Optional<SSLContext> tls, boolean demandsCertificate) {
        this.server = tls.isPresent()
                ? RawServer.startTls(tls.get(), demandsCertificate, this::reply)
                : RawServer.start(this::reply);
    }

    public static FaultyUpstream start() {
        return new FaultyUpstream(Optional.empty(), false);
    }

    /** @param demandsCertificate whether clients must show one */
    public static FaultyUpstream startTls(SSLContext context, boolean demandsCertificate) {
        return new FaultyUpstream(Optional.of(context), demandsCertificate);
    }

    public String url() {
        return server.url();
    }

    public String authority() {
        return server.authority();
    }

    public Digest blob(byte[] bytes) {
        Digest digest = Digest.of(Digest.SHA256, bytes);
        content.put(digest.toString(), bytes.clone());
        return digest;
    }

    public Digest manifest(byte[] bytes, String... names) {
        Digest digest = blob(bytes);
        manifests.add(digest.toString());
        for (String tag : names) {
            tags.put(tag, digest.toString());
        }
        return digest;
    }

    /** The answer to a GET of a manifest. */
    public Reply served(Digest manifest) {
        return manifest(manifest.toString());
    }

    public void untag(String tag) {
        tags.remove(tag);
    }

    public void forget(Digest digest) {
        content.remove(digest.toString());
        manifests.remove(digest.toString());
    }

    /** Forgets all content, faults, demanded credentials and recorded requests. */
    public void forgetEverything() {
        realm = Optional.empty();
        password = Optional.empty();
        tags.clear();
        content.clear();
        manifests.clear();
        forgetRequests();
    }

    /** Ends all faults. */
    public void heal() {
        faults.clear();
    }

    public void pageSize(int size) {
        pageSize = size;
    }

    public void withoutReferrers() {
        hasReferrers = false;
    }

    /** Demands a token of this server's {@code /token}, which anybody gets, for every request from now on. */
    public void demandTokens(int seconds) {
        tokenSeconds = seconds;
        demandTokensOf(url() + "/token");
    }

    public void demandTokensOf(String tokenServer) {
        realm = Optional.of(tokenServer);
    }

    /** Demands the password for every request from now on or, with tokens, for requesting one. */
    public void demandPassword(String username, String secret) {
        password = Optional.of("Basic "
                + Base64.getEncoder().encodeToString((username + ":" + secret).getBytes(StandardCharsets.UTF_8)));
    }

    /** Expires all tokens that were issued. */
    public void expireTokens() {
        tokens.clear();
    }

    /**
     * Changes some answers from now on; of faults for one request the earlier goes first.
     *
     * @param requests a regular expression found in requests such as {@code GET /v2/library/app/tags/list?n=1000}
     * @param times how often; after that answers are correct
     * @param change of the correct answer
     */
    public void fault(String requests, int times, UnaryOperator<Reply> change) {
        faults.add(new Fault(Pattern.compile(requests), new AtomicInteger(times), change));
    }

    public void fault(String requests, UnaryOperator<Reply> change) {
        fault(requests, Integer.MAX_VALUE, change);
    }

    /** Requests as in {@code GET /v2/library/app/tags/list?n=1000}, in the order of arrival. */
    public List<String> requests() {
        return asked().stream().map(Asked::toString).toList();
    }

    public List<Asked> asked() {
        return server.requests();
    }

    public void forgetRequests() {
        server.forgetRequests();
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply reply(Asked asked) {
        Reply reply = asked.path().equals("/token") ? token(asked) : guarded(asked);
        for (Fault fault : faults) {
            if (fault.requests().matcher(asked.toString()).find()
                    && fault.times().getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                return fault.change().apply(reply);
            }
        }
        return reply;
    }

    private Reply guarded(Asked asked) {
        Optional<String> shown = asked.header("authorization");
        if (realm.isPresent()) {
            boolean known = shown.filter(value -> value.startsWith("Bearer ") && tokens.contains(value.substring(7)))
                    .isPresent();
            return known
                    ? registry(asked)
                    : Reply.error(401, "UNAUTHORIZED")
                            .with(
                                    "WWW-Authenticate",
                                    "Bearer realm=\"" + realm.get()
                                            + "\",service=\"the registry, of tests\",scope=\"repository:" + NAME
                                            + ":pull\"");
        }
        return password.isEmpty() || password.equals(shown)
                ? registry(asked)
                : Reply.error(401, "UNAUTHORIZED").with("WWW-Authenticate", "Basic realm=\"tests\"");
    }

    private Reply token(Asked asked) {
        if (password.isPresent() && !password.equals(asked.header("authorization"))) {
            return Reply.error(401, "UNAUTHORIZED");
        }
        String token = "token-" + tokenNumber.incrementAndGet();
        tokens.add(token);
        return Reply.json(200, "{\"token\":\"" + token + "\",\"expires_in\":" + tokenSeconds + "}");
    }

    private Reply registry(Asked asked) {
        String path = asked.path();
        if (!path.startsWith(ROOT)) {
            return Reply.error(404, "NAME_UNKNOWN");
        }
        String[] parts = path.substring(ROOT.length()).split("/", 2);
        return switch (parts[0]) {
            case "tags" -> tagPage(asked);
            case "manifests" -> manifest(tags.getOrDefault(parts[1], parts[1]));
            case "blobs" -> blob(asked, parts[1]);
            case "referrers" -> hasReferrers ? referrers(parts[1]) : Reply.error(404, "NOT_FOUND");
            default -> Reply.error(404, "UNSUPPORTED");
        };
    }

    private Reply tagPage(Asked asked) {
        int size =
                Math.min(pageSize, asked.parameter("n").map(Integer::parseInt).orElse(pageSize));
        String last = asked.parameter("last").orElse("");
        List<String> page = tags.keySet().stream()
                .filter(tag -> tag.compareTo(last) > 0)
                .limit(size)
                .toList();
        String names = page.stream().map(tag -> "\"" + tag + "\"").collect(joining(","));
        Reply reply = Reply.json(200, "{\"name\":\"" + NAME + "\",\"tags\":[" + names + "]}");
        boolean more = !page.isEmpty() && tags.keySet().stream().anyMatch(tag -> tag.compareTo(page.getLast()) > 0);
        return more
                ? reply.with("Link", "<" + ROOT + "tags/list?last=" + page.getLast() + "&n=" + size + ">; rel=\"next\"")
                : reply;
    }

    private Reply manifest(String digest) {
        byte[] bytes = content.get(digest);
        if (bytes == null || !manifests.contains(digest)) {
            return Reply.error(404, "MANIFEST_UNKNOWN");
        }
        return Reply.of(200, bytes)
                .with(
                        "Content-Type",
                        Manifest.parse(bytes, Optional.empty()).mediaType().value())
                .with("Docker-Content-Digest", digest);
    }

    private Reply blob(Asked asked, String digest) {
        byte[] bytes = content.get(digest);
        if (bytes == null) {
            return Reply.error(404, "BLOB_UNKNOWN");
        }
        Optional<String> range = asked.header("range");
        if (range.isEmpty()) {
            return Reply.of(200, bytes).with("Content-Type", "application/octet-stream");
        }
        int from = Integer.parseInt(range.get().replaceAll("[^0-9]", ""));
        if (from >= bytes.length) {
            return Reply.error(416, "RANGE_INVALID").with("Content-Range", "bytes */" + bytes.length);
        }
        byte[] rest = Arrays.copyOfRange(bytes, from, bytes.length);
        return Reply.of(206, rest)
                .with("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
    }

    private Reply referrers(String subject) {
        List<String> descriptors = new ArrayList<>();
        for (String digest : manifests) {
            byte[] bytes = content.get(digest);
            Manifest manifest = Manifest.parse(bytes, Optional.empty());
            if (manifest.subject().map(Digest::toString).filter(subject::equals).isPresent()) {
                descriptors.add("{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"artifactType\":\"%s\"}"
                        .formatted(
                                manifest.mediaType(),
                                digest,
                                bytes.length,
                                manifest.artifactType().orElse("")));
            }
        }
        return Reply.of(
                        200,
                        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                                .formatted(MediaType.OCI_INDEX, String.join(",", descriptors)))
                .with("Content-Type", MediaType.OCI_INDEX.value());
    }
}
