package dev.lading.sync;

import static dev.lading.sync.Misbehaviour.failed;
import static dev.lading.sync.Misbehaviour.kept;
import static dev.lading.sync.Misbehaviour.leftOut;

import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.sync.Misbehaviour.Scene;
import dev.lading.testing.Bytes;
import dev.lading.testing.Reply;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Companions, blobs and addresses that are wrong. */
final class OtherRows {
    private static final String INDEX = MediaType.OCI_INDEX.value();

    private OtherRows() {}

    static List<Misbehaviour> companions() {
        Stream<Misbehaviour> statuses = IntStream.of(401, 403, 406, 410, 415, 500)
                .boxed()
                .flatMap(status -> Stream.of(
                        leftOut(
                                "referrers with status " + status,
                                s -> s.answer("referrers", status),
                                "referrers of manifest sha256:…",
                                String.valueOf(status)),
                        leftOut(
                                "a signature's tag with status " + status,
                                s -> s.answer("manifests/sha256-", status),
                                "tag sha256-….sig",
                                String.valueOf(status))));
        return Stream.concat(
                        statuses,
                        Stream.of(
                                leftOut("referrers: `{}`", s -> referrers(s, "{}"), "it has no 'manifests'"),
                                leftOut(
                                        "referrers: half a document",
                                        s -> referrers(s, "{\"manifests\":["),
                                        "not JSON"),
                                leftOut("referrers without digests", s -> referrers(s, "{\"manifests\":[{}]}"), "read"),
                                leftOut("a referrer that is not there", OtherRows::lostReferrer, "does not have it"),
                                leftOut(
                                        "a referrer with status 403",
                                        s -> {
                                            lostReferrer(s);
                                            s.answer("manifests/sha256:0", 403);
                                        },
                                        "403"),
                                leftOut(
                                        "a referrer of schema 1",
                                        s -> {
                                            lostReferrer(s);
                                            s.manifest("sha256:0", "application/json", "{\"schemaVersion\":1}");
                                        },
                                        "schema 1"),
                                leftOut(
                                        "a signature's tag on a web page",
                                        s -> s.manifest("sha256-", "text/html", "<html>"),
                                        "tag sha256-….sig"),
                                kept(
                                        "referrers with status 404",
                                        s -> s.upstream().fault("referrers", r -> Reply.of(404))),
                                kept(
                                        "referrers: a web page",
                                        s -> s.upstream()
                                                .fault(
                                                        "referrers",
                                                        r -> Reply.of(200, "<html>")
                                                                .with("Content-Type", "text/html"))),
                                kept("referrers with status 503, once", s -> s.once("referrers", 503)),
                                failed(
                                                "referrers with status 403, and the remote is strict",
                                                s -> s.answer("referrers", 403),
                                                "strict",
                                                "403")
                                        .of(remote -> remote.strict()),
                                kept("the subject itself for `sha256-…`, as GitLab does", OtherRows::itself),
                                kept("the subject itself for `sha256-…`, with filters", OtherRows::itself)
                                        .of(remote -> remote.includes("v*", "multi")),
                                kept("a manifest known by its sha512 digest", OtherRows::longDigest)))
                .toList();
    }

    private static void referrers(Scene scene, String json) {
        scene.upstream().fault("referrers", reply -> Reply.of(200, json).with("Content-Type", INDEX));
    }

    private static void lostReferrer(Scene scene) {
        scene.upstream()
                .fault(
                        "referrers/" + scene.v3(),
                        reply -> Reply.of(
                                        200,
                                        "{\"manifests\":[{\"mediaType\":\"" + MediaType.OCI_MANIFEST
                                                + "\",\"size\":1,\"digest\":\"sha256:" + "0".repeat(64) + "\"}]}")
                                .with("Content-Type", INDEX));
    }

    /** Faults of the companion tag itself, listed or not. */
    private static void itself(Scene scene) {
        scene.upstream().fault("referrers", reply -> Reply.of(404));
        scene.listed("sha256-" + scene.v3().hex());
        scene.upstream()
                .fault(
                        "manifests/sha256-" + scene.v3().hex(),
                        reply -> scene.upstream().served(scene.v3()));
    }

    private static void longDigest(Scene scene) {
        byte[] config = Bytes.random(20);
        scene.upstream().blob(config);
        byte[] image = UpstreamImages.image(List.of(config), "long");
        scene.upstream()
                .fault(
                        "manifests/v3",
                        reply -> Reply.of(200, image)
                                .with("Content-Type", MediaType.OCI_MANIFEST.value())
                                .with(
                                        "Docker-Content-Digest",
                                        Digest.of(Digest.SHA512, image).toString()));
    }

    /** Blobs that an image does not need. */
    static List<Misbehaviour> companionsBlobs() {
        return List.of(
                leftOut(
                        "a signature's, with status 404",
                        s -> signature(s, r -> Reply.of(404)),
                        "404",
                        "tag sha256-….sig"),
                leftOut(
                        "a signature's, with status 403",
                        s -> signature(s, r -> Reply.of(403)),
                        "403",
                        "tag sha256-….sig"),
                leftOut("a signature's, with status 500, always", s -> signature(s, r -> Reply.of(500)), "500"),
                leftOut("a signature's, of other bytes", s -> signature(s, Reply::corrupted), "other content"),
                leftOut(
                        "a signature's, with more bytes than its manifest says",
                        s -> signature(s, r -> Reply.of(200, new byte[99])),
                        "bytes that its manifest says"),
                leftOut(
                        "a referrer's, with status 404",
                        s -> withoutBlob(s, layer -> UpstreamImages.referrer(List.of(layer), "text/plain", s.v3())),
                        "404",
                        "referrers of manifest sha256:…"),
                leftOut(
                        "one of an index in place of a signature, with status 404",
                        s -> withoutBlob(s, layer -> indexOf(s, layer), s.signature()),
                        "404",
                        "tag sha256-….sig"),
                failed(
                        "a signature's that an image names, too, with status 404",
                        s -> withoutBlob(
                                s,
                                layer -> {
                                    s.upstream().manifest(UpstreamImages.image(List.of(layer), "image"), "v3");
                                    return UpstreamImages.image(List.of(layer), "signature");
                                },
                                s.signature()),
                        "404",
                        "of tag v3"),
                failed(
                                "a signature's, with status 404, and the remote is strict",
                                s -> signature(s, r -> Reply.of(404)),
                                "404",
                                "tag sha256-….sig")
                        .of(remote -> remote.strict()));
    }

    /** A signature in place of the one that is held. */
    private static void signature(Scene scene, UnaryOperator<Reply> fault) {
        byte[] layer = Bytes.random(20);
        scene.upstream().blob(layer);
        scene.upstream().manifest(UpstreamImages.image(List.of(layer), "signature"), scene.signature());
        scene.upstream().fault("blobs/" + Digest.of(Digest.SHA256, layer), fault);
    }

    private static void withoutBlob(Scene scene, Function<byte[], byte[]> manifest, String... tags) {
        byte[] layer = Bytes.random(20);
        scene.upstream().blob(layer);
        scene.upstream().manifest(manifest.apply(layer), tags);
        scene.upstream().fault("blobs/" + Digest.of(Digest.SHA256, layer), reply -> Reply.of(404));
    }

    private static byte[] indexOf(Scene scene, byte[] layer) {
        Digest child = scene.upstream().manifest(UpstreamImages.image(List.of(layer), "child"));
        return UpstreamImages.index(Map.of("linux/amd64", child));
    }

    static List<Misbehaviour> blobs() {
        return List.of(
                failed("status 404", s -> s.answer("blobs/", 404), "404", "of tag v3"),
                failed("status 403", s -> s.answer("blobs/", 403), "403", "of tag v3"),
                failed("status 500, always", s -> s.answer("blobs/", 500), "500", "of tag v3"),
                failed(
                        "other bytes",
                        s -> s.upstream().fault("blobs/", Reply::corrupted),
                        "other content",
                        "of tag v3"),
                failed(
                        "more bytes than its manifest says",
                        s -> s.upstream().fault("blobs/", r -> Reply.of(200, new byte[99])),
                        "bytes that its manifest says",
                        "of tag v3"),
                failed(
                        "fewer bytes than its manifest says",
                        s -> s.upstream().fault("blobs/", r -> Reply.of(200, new byte[1])),
                        "bytes that its manifest says",
                        "of tag v3"),
                failed(
                        "a web page, with status 200",
                        s -> s.upstream().fault("blobs/", r -> Reply.of(200, "<html>")),
                        "of tag v3"),
                failed(
                        "a redirect in a circle",
                        s -> s.upstream().fault("blobs/", r -> Reply.redirect(307, "?")),
                        "redirects",
                        "of tag v3"),
                failed(
                        "a redirect to `file:`",
                        s -> s.upstream().fault("blobs/", r -> Reply.redirect(307, "file:///x")),
                        "to no address",
                        "of tag v3"),
                failed(
                        "a redirect to port 99999",
                        s -> s.upstream().fault("blobs/", r -> Reply.redirect(307, "http://127.0.0.1:99999/")),
                        "to no address",
                        "of tag v3"),
                kept("status 520, once", s -> s.once("blobs/", 520)),
                kept("status 425, once", s -> s.once("blobs/", 425)),
                kept("a connection that breaks in it", s -> s.upstream().fault("blobs/", 1, r -> r.resetAfter(10))),
                kept("a redirect with a space, `|`, `\"`, `^` and `{}`", s -> moved(s, "?a b|c\"d^e{f}")),
                kept(
                        "a redirect without a scheme",
                        s -> s.upstream()
                                .fault(
                                        "blobs/[^?]*$",
                                        r -> Reply.redirect(
                                                307,
                                                "//" + s.upstream().authority() + "/v2/library/app/blobs/" + lastBlob(s)
                                                        + "?x"))));
    }

    private static void moved(Scene scene, String query) {
        scene.upstream().fault("blobs/[^?]*$", reply -> Reply.redirect(307, query));
    }

    private static String lastBlob(Scene scene) {
        String asked = scene.upstream().requests().getLast();
        return asked.substring(asked.lastIndexOf('/') + 1);
    }

    static List<Misbehaviour> tokens() {
        return List.of(
                kept("a realm that is a path", token(url -> "/token", s -> {})),
                kept("a realm without a scheme", token(url -> url.replace("http:", "") + "/token", s -> {})),
                kept("status 503 for a token, once", token(url -> url + "/token", s -> s.once("/token", 503))),
                kept(
                        "a token that breaks off, once",
                        token(url -> url + "/token", s -> s.upstream().fault("/token", 1, r -> r.cutAfter(3)))),
                failed("a realm that is no address", token(url -> "ftp://a.test/", s -> {}), "no address"),
                failed(
                        "no token in what the realm answers",
                        token(url -> url + "/token", s -> s.upstream().fault("/token", r -> Reply.json(200, "{}"))),
                        "no token"),
                failed("status 403 for a token", token(url -> url + "/token", s -> s.answer("/token", 403)), "403"));
    }

    private static Consumer<Scene> token(UnaryOperator<String> realm, Consumer<Scene> more) {
        return scene -> {
            scene.upstream().demandTokensOf(realm.apply(scene.upstream().url()));
            more.accept(scene);
        };
    }
}
