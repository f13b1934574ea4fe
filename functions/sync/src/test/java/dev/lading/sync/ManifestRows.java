package dev.lading.sync;

import static dev.lading.sync.Misbehaviour.failed;
import static dev.lading.sync.Misbehaviour.kept;
import static dev.lading.sync.Misbehaviour.leftOut;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.sync.Misbehaviour.Scene;
import dev.lading.testing.Bytes;
import dev.lading.testing.Reply;
import java.util.List;
import java.util.Map;

/** Manifests of images that are wrong. */
final class ManifestRows {
    private static final String OCI = MediaType.OCI_MANIFEST.value();
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";
    private static final String UNSIGNED = "{\"schemaVersion\":1,\"name\":\"app\",\"fsLayers\":[]}";
    private static final String ZEROS = "0".repeat(64);

    private ManifestRows() {}

    static List<Misbehaviour> answers() {
        return List.of(
                kept("`HEAD` with status 404, `GET` works", s -> s.answer("HEAD", 404)),
                kept("`HEAD` with status 403, `GET` works", s -> s.answer("HEAD", 403)),
                kept("`HEAD` with status 405, `GET` works", s -> s.answer("HEAD", 405)),
                kept("`HEAD` with status 400, `GET` works", s -> s.answer("HEAD", 400)),
                kept(
                        "`HEAD` without a digest",
                        s -> s.upstream().fault("HEAD", reply -> reply.without("Docker-Content-Digest"))),
                kept("`HEAD` with status 500, once", s -> s.once("HEAD", 500)),
                kept("`GET` with status 520, once", s -> s.once("GET.*manifests/v3", 520)),
                kept(
                        "`GET` that breaks off, once",
                        s -> s.upstream().fault("GET.*manifests/v3", 1, reply -> reply.cutAfter(5))),
                kept(
                        "no digest in any answer",
                        s -> s.upstream().fault("manifests/", reply -> reply.without("Docker-Content-Digest"))),
                kept(
                        "the type `text/plain`",
                        s -> s.upstream()
                                .fault(
                                        "manifests/",
                                        reply -> reply.without("Content-Type").with("Content-Type", "text/plain"))),
                failed("status 403 for one tag", s -> s.answer("manifests/v3", 403), "manifest library/app:v3", "403"),
                failed("status 500 for one tag, always", s -> s.answer("manifests/v3", 500), "app:v3", "500"),
                failed("a digest that is none", s -> said(s, "md5:1234"), "'md5:1234' is not a digest", "app:v3"),
                failed("the digest of another manifest", s -> said(s, "sha256:" + ZEROS), "its bytes have the digest"),
                failed(
                        "bytes that are not those of the digest",
                        s -> s.upstream().fault("GET.*manifests/v3", Reply::corrupted),
                        "its bytes have the digest"),
                failed(
                        "more than 4 MiB",
                        s -> s.upstream().fault("GET.*manifests/v3", reply -> Reply.of(200, new byte[5_000_000])),
                        "4194304"),
                failed(
                        "a web page, with status 200",
                        s -> s.manifest("v3", "text/html", "<html>"),
                        "no manifest",
                        "v3"),
                failed("`{}`, with status 200", s -> s.manifest("v3", "application/json", "{}"), "no manifest", "v3"));
    }

    private static void said(Scene scene, String digest) {
        scene.upstream()
                .fault(
                        "manifests/v3",
                        reply -> reply.without("Docker-Content-Digest").with("Docker-Content-Digest", digest));
    }

    static List<Misbehaviour> documents() {
        return List.of(
                failed(
                        "an upper-case digest in it",
                        s -> s.manifest("v3", OCI, image("sha256:" + "A".repeat(64), "1")),
                        "AAA",
                        "app:v3",
                        "sha256:"),
                failed(
                        "a digest of an unknown algorithm in it",
                        s -> s.manifest("v3", OCI, image("md5:0", "1")),
                        "md5:0",
                        "app:v3"),
                failed(
                        "a negative size in it",
                        s -> s.manifest("v3", OCI, image("sha256:" + ZEROS, "-1")),
                        "size",
                        "app:v3"),
                failed("no size in it", s -> s.manifest("v3", OCI, image("sha256:" + ZEROS, "null")), "size", "app:v3"),
                failed("no JSON", s -> s.manifest("v3", OCI, "manifest"), "it is not JSON", "app:v3"),
                failed(
                        "a type in it that its head contradicts",
                        s -> s.manifest("v3", OCI, "{\"schemaVersion\":2,\"mediaType\":\"a/b\"}"),
                        "a/b",
                        "app:v3"),
                kept("an artifact manifest", ManifestRows::artifact).with("artifact"),
                leftOut("schema 1", s -> s.manifest("v3", SCHEMA_1 + "json", UNSIGNED), "tag v3: ", "is schema 1")
                        .without("v3"),
                leftOut(
                                "schema 1, signed, whose digest is not that of its bytes",
                                s -> s.upstream()
                                        .fault(
                                                "manifests/v3",
                                                reply -> Reply.of(200, UNSIGNED)
                                                        .with("Content-Type", SCHEMA_1 + "prettyjws")
                                                        .with("Docker-Content-Digest", "sha256:" + ZEROS)),
                                "tag v3: ",
                                "is schema 1")
                        .without("v3"),
                leftOut(
                                "schema 1 as `application/json`",
                                s -> s.manifest("v3", "application/json", UNSIGNED),
                                "tag v3: ",
                                "is schema 1")
                        .without("v3"),
                leftOut(
                        "schema 1 in place of what is held",
                        s -> s.manifest("v1", SCHEMA_1 + "json", UNSIGNED),
                        "tag v1: ",
                        "is schema 1"),
                failed(
                                "schema 1, and the remote is strict",
                                s -> s.manifest("v3", SCHEMA_1 + "json", UNSIGNED),
                                "tag v3 of",
                                "schema 1",
                                "strict")
                        .of(remote -> remote.strict()),
                leftOut(
                                "a type that nobody knows",
                                s -> s.manifest("v3", "application/vnd.x.y+json", "{\"schemaVersion\":2}"),
                                "tag v3: ",
                                "application/vnd.x.y+json")
                        .without("v3"));
    }

    private static String image(String digest, String size) {
        return "{\"schemaVersion\":2,\"mediaType\":\"" + OCI + "\",\"layers\":[],\"config\":"
                + "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"" + digest + "\",\"size\":"
                + size + "}}";
    }

    /** An artifact manifest. Source: image-spec v1.1.0-rc2, artifact.md. */
    private static void artifact(Scene scene) {
        byte[] blob = Bytes.random(30);
        String document = "{\"mediaType\":\"application/vnd.oci.artifact.manifest.v1+json\",\"artifactType\":\"a/b\","
                + "\"blobs\":[{\"mediaType\":\"a/c\",\"digest\":\""
                + scene.upstream().blob(blob) + "\",\"size\":30}],"
                + "\"subject\":{\"mediaType\":\"" + OCI + "\",\"digest\":\"" + scene.v1() + "\",\"size\":1}}";
        scene.upstream().manifest(document.getBytes(UTF_8), "artifact");
    }

    static List<Misbehaviour> indexes() {
        Digest lost = Digest.of(Digest.SHA256, Bytes.random(9));
        return List.of(
                leftOut("a child that is not there", s -> index(s, lost), "tag both", "does not have it")
                        .with("both"),
                failed("the same, and the remote is strict", s -> index(s, lost), "strict", "tag both")
                        .of(remote -> remote.strict()),
                leftOut(
                                "a child of schema 1",
                                s -> child(s, SCHEMA_1 + "prettyjws", UNSIGNED),
                                "schema 1",
                                "of tag both")
                        .with("both"),
                leftOut(
                                "a child of a type that nobody knows",
                                s -> child(s, "application/vnd.x+json", "{\"schemaVersion\":2}"),
                                "application/vnd.x+json",
                                "of tag both")
                        .with("both"),
                failed("a child that cannot be", s -> child(s, OCI, image("md5:0", "1")), "md5:0", "tag both"),
                failed(
                        "a child with status 403",
                        s -> {
                            index(s, lost);
                            s.answer("manifests/" + lost, 403);
                        },
                        "403",
                        "tag both"),
                failed(
                        "a child of other bytes",
                        s -> {
                            index(s, lost);
                            s.manifest(lost, OCI, image("sha256:" + ZEROS, "1"));
                        },
                        "its bytes have the digest",
                        "tag both"),
                failed("indexes of indexes without end", ManifestRows::chain, "indexes of indexes"));
    }

    private static void index(Scene scene, Digest other) {
        scene.upstream()
                .manifest(UpstreamImages.index(Map.of("linux/amd64", scene.v1(), "linux/arm64", other)), "both");
    }

    private static void child(Scene scene, String type, String document) {
        Digest digest = Digest.of(Digest.SHA256, document.getBytes(UTF_8));
        index(scene, digest);
        scene.manifest(digest, type, document);
    }

    private static void chain(Scene scene) {
        Digest last = scene.v1();
        for (int i = 0; i < 40; i++) {
            last = scene.upstream().manifest(UpstreamImages.index(Map.of("", last)));
        }
        scene.upstream().manifest(UpstreamImages.index(Map.of("", last)), "chain");
    }
}
