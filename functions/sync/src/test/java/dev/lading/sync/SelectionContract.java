package dev.lading.sync;

import static dev.lading.testing.Registry.byDigest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.MediaType;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.Task;
import dev.lading.testing.Bytes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The part of an upstream's content that a sync takes. */
public abstract class SelectionContract extends SyncFixture {
    private static final String COSIGN = "application/vnd.dev.cosign.artifact.sig.v1+json";

    private static String companion(Digest digest, String suffix) {
        return "sha256-" + digest.hex() + suffix;
    }

    private Digest artifact(String type, Digest subject) {
        byte[] content = Bytes.random(30);
        upstream.blob(content);
        return upstream.manifest(UpstreamImages.referrer(List.of(content), type, subject));
    }

    private boolean has(Digest manifest) {
        return process().registry.hasManifest(APP, byDigest(manifest));
    }

    @Test
    void wildcards_choose_tags() {
        List.of("v1", "v1-rc", "v10", "v2", "latest").forEach(tag -> image(tag, Bytes.random(20)));

        completed(request(APP, remote().includes("v?", "v1*").excludes("*-rc")));

        assertThat(tags(APP)).containsExactly("v1", "v10", "v2");
    }

    @Test
    void brackets_choose_characters() {
        List.of("manifest_a", "manifest_b", "manifest_c", "manifest_d", "manifest_e", "ml_i")
                .forEach(tag -> image(tag, Bytes.random(20)));

        completed(request(APP, remote().includes("manifest_*").excludes("*_[bd]")));
        completed(request(OTHER, remote().includes("*_[!b-e]")));

        assertThat(tags(APP)).containsExactly("manifest_a", "manifest_c", "manifest_e");
        assertThat(tags(OTHER)).containsExactly("manifest_a", "ml_i");
    }

    @Test
    void companions_of_what_is_excluded_stay_out() {
        Digest unwanted = image("manifest_a", Bytes.random(20));
        Digest wanted = image("manifest_b", Bytes.random(20));
        for (String suffix : List.of("", ".sig", ".att")) {
            image(companion(unwanted, suffix), Bytes.random(10));
            image(companion(wanted, suffix), Bytes.random(10));
        }

        SyncRequest request = request(APP, remote().excludes("manifest_a"));
        completed(request);
        completed(request(OTHER, remote().includes("sha256-*.sig")));

        assertThat(tags(APP))
                .containsExactlyInAnyOrder(
                        "manifest_b", companion(wanted, ""), companion(wanted, ".sig"), companion(wanted, ".att"));
        assertThat(tags(OTHER)).containsExactlyInAnyOrder(companion(wanted, ".sig"), companion(unwanted, ".sig"));
        upstream.untag(companion(wanted, ".att"));
        completed(mirroring(request));
        assertThat(tags(APP)).containsExactlyInAnyOrder("manifest_b", companion(wanted, ""), companion(wanted, ".sig"));
    }

    @Test
    void exact_names_are_taken_without_a_list_of_tags() {
        image("v1", Bytes.random(20));
        image("v2", Bytes.random(20));
        upstream.withoutReferrers();

        completed(request(APP, remote().includes("v1", "absent")));

        assertThat(tags(APP)).containsExactly("v1");
        assertThat(requests("/tags/list")).isEmpty();
        assertThat(requests("manifests/v2")).isEmpty();
    }

    @Test
    void a_mirror_of_exact_names_removes_those_that_are_gone() {
        image("v1", Bytes.random(20));
        image("v2", Bytes.random(20));
        SyncRequest request = request(APP, remote().includes("v1", "v2"));
        completed(request);
        upstream.untag("v1");

        completed(mirroring(request));

        assertThat(tags(APP)).containsExactly("v2");
    }

    @Test
    void a_digest_is_taken_without_a_tag() {
        image("v1", Bytes.random(20));
        Digest old = image("v1", Bytes.random(30));
        image("v1", Bytes.random(40));

        SyncRequest request = request(APP, remote().includes(old.toString()));
        completed(request);

        assertThat(tags(APP)).isEmpty();
        requireWhole(APP, old);
        assertThat(requests("/tags/list")).isEmpty();
        assertThat(completed(mirroring(request)).createdResources()).isEmpty();
    }

    @Test
    void indexes_come_with_their_manifests() {
        Digest one = image("", Bytes.random(20));
        Digest two = image("", Bytes.random(30));
        upstream.untag("");
        Digest inner = upstream.manifest(UpstreamImages.index(Map.of("linux/arm64", two)));
        Digest outer = upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", one, "", inner)), "multi");

        completed(request(APP, remote()));

        List.of(outer, inner, one, two).forEach(digest -> requireWhole(APP, digest));
    }

    @Test
    void a_cache_index_comes_with_its_blobs() {
        List<byte[]> blobs = List.of(Bytes.random(20), Bytes.random(30), Bytes.random(40));
        blobs.forEach(upstream::blob);
        Digest cache = upstream.manifest(UpstreamImages.cache(blobs), "cache");

        SyncRequest request = request(APP, remote().platforms("linux/arm64"));
        completed(request);

        requireWhole(APP, cache);
        assertThat(requests("/blobs/")).hasSize(3);
        assertThat(completed(mirroring(request)).createdResources()).isEmpty();
        upstream.untag("cache");
        image("v1", Bytes.random(50));
        completed(mirroring(request));
        assertThat(blobs)
                .allMatch(blob ->
                        view(APP).blobInVersion(Digest.of(Digest.SHA256, blob)).isEmpty());
    }

    @Test
    void an_image_with_null_in_place_of_lists_and_the_empty_layer_comes_whole() {
        byte[] config = Bytes.random(20);
        upstream.blob(config);
        Digest digest = Digest.of(Digest.SHA256, config);
        String one = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST
                + "\",\"config\":{\"mediaType\":\"a/b\",\"digest\":\"" + digest + "\",\"size\":20},\"layers\":";
        String empty = "[{\"mediaType\":\"c/d\",\"digest\":\"" + EmptyLayer.DIGEST + "\",\"size\":32}]";
        Digest nothing =
                upstream.manifest((one + "null,\"subject\":{},\"annotations\":{\"a\":null}}").getBytes(UTF_8), "null");
        Digest layers = upstream.manifest((one + empty + "}").getBytes(UTF_8), "empty");

        completed(request(APP, remote()));

        assertThat(tags(APP)).containsExactly("empty", "null");
        requireWhole(APP, nothing);
        requireWhole(APP, layers);
    }

    @Test
    void platforms_prune_an_index_that_stays_as_it_is_and_more_of_them_fill_it() {
        var children = new TreeMap<String, Digest>();
        for (String platform :
                List.of("linux/amd64", "linux/arm64/v8", "linux/arm/v6", "linux/arm/v7", "windows/amd64")) {
            children.put(platform, image("", Bytes.random(20)));
        }
        upstream.untag("");
        Digest index = upstream.manifest(UpstreamImages.index(children), "multi");

        SyncRequest few = request(APP, remote().platforms("linux/arm64", "linux/arm/v7"));
        completed(few);

        requireWhole(APP, index);
        assertThat(children.entrySet().stream().filter(child -> has(child.getValue())))
                .extracting(Map.Entry::getKey)
                .containsExactly("linux/arm/v7", "linux/arm64/v8");
        assertThat(requests("/blobs/")).hasSize(2);
        assertThat(completed(few).createdResources()).isEmpty();

        completed(request(APP, remote()));
        assertThat(children.values()).allMatch(this::has);
    }

    @Test
    void children_that_the_upstream_lacks_are_left_out() {
        Digest child = image("", Bytes.random(20));
        upstream.untag("");
        Digest lost = Digest.of(Digest.SHA256, Bytes.random(5));
        Digest index = upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", child, "linux/arm64", lost)), "m");

        Task task = completed(request(APP, remote()));

        requireWhole(APP, index);
        requireWhole(APP, child);
        assertThat(done(task, "sync.absent")).isEqualTo(1);
    }

    @Test
    void companions_of_what_is_taken_come_along_by_name() {
        Digest wanted = image("v1", Bytes.random(20));
        Digest unwanted = image("w1", Bytes.random(20));
        image(companion(wanted, ".sig"), Bytes.random(10));
        image(companion(wanted, ".att"), Bytes.random(10));
        image(companion(unwanted, ".sig"), Bytes.random(10));

        SyncRequest request = request(APP, remote().includes("v*").excludes("*.att"));
        completed(request);

        assertThat(tags(APP)).containsExactly(companion(wanted, ".sig"), "v1");
        upstream.untag(companion(wanted, ".sig"));
        completed(mirroring(request));
        assertThat(tags(APP)).containsExactly("v1");
    }

    @Test
    void companions_of_exact_names_come_along() {
        Digest wanted = image("v1", Bytes.random(20));
        image(companion(wanted, ".sig"), Bytes.random(10));
        upstream.withoutReferrers();

        completed(request(APP, remote().includes("v1")));

        assertThat(tags(APP)).containsExactly(companion(wanted, ".sig"), "v1");
    }

    @Test
    void a_mirror_removes_companions_and_referrers_with_what_they_belong_to() {
        Digest gone = image("v1", Bytes.random(20));
        image(companion(gone, ".sig"), Bytes.random(10));
        Digest referrer = artifact("application/spdx+json", gone);
        Digest stays = image("v2", Bytes.random(20));
        Digest revoked = artifact("application/spdx+json", stays);
        SyncRequest request = request(APP, remote().includes("v*"));
        completed(request);
        assertThat(has(referrer) && has(revoked)).isTrue();
        upstream.untag("v1");
        upstream.forget(revoked);

        completed(mirroring(request));

        assertThat(tags(APP)).containsExactly("v2");
        assertThat(has(gone) || has(referrer) || has(revoked)).isFalse();
    }

    @Test
    void only_signed_tags_are_taken_if_so_wanted() {
        Digest byName = image("by-name", Bytes.random(20));
        image(companion(byName, ".sig"), Bytes.random(10));
        Digest byReferrer = image("by-referrer", Bytes.random(20));
        Digest signature = artifact(COSIGN, byReferrer);
        Digest otherwise = image("sbom-only", Bytes.random(20));
        artifact("application/spdx+json", otherwise);
        image("unsigned", Bytes.random(20));
        SyncRequest request = request(APP, remote());

        completed(signedOnly(request));

        assertThat(tags(APP)).containsExactly("by-name", "by-referrer", companion(byName, ".sig"));
        assertThat(has(signature)).isTrue();
        assertThat(requests("/blobs/")).hasSize(4);

        completed(request);
        assertThat(tags(APP)).contains("unsigned", "sbom-only");
        completed(mirroring(signedOnly(request)));
        assertThat(tags(APP)).containsExactly("by-name", "by-referrer", companion(byName, ".sig"));
    }

    /** Signatures as cosign 3 leaves them. */
    @Test
    void a_signature_is_found_where_the_upstream_has_no_referrers_api() {
        Digest signed = image("signed", Bytes.random(20));
        Digest signature = artifact("application/vnd.dev.sigstore.bundle.v0.3+json", signed);
        upstream.manifest(
                UpstreamImages.index(Map.of("", signature), "application/vnd.dev.sigstore.bundle.v0.3+json"),
                companion(signed, ""));
        image("unsigned", Bytes.random(20));
        upstream.withoutReferrers();

        completed(signedOnly(request(APP, remote())));

        assertThat(tags(APP)).containsExactly(companion(signed, ""), "signed");
        assertThat(view(APP).referrer(signed, signature)).isPresent();
        completed(signedOnly(request(OTHER, remote().includes("signed", "unsigned"))));
        assertThat(tags(OTHER)).containsExactly(companion(signed, ""), "signed");
    }

    @Test
    void a_manifest_that_is_named_by_its_digest_stays_when_its_tag_moves() {
        Digest before = image("v1", Bytes.random(20));
        SyncRequest request = mirroring(request(APP, remote().includes("v1", before.toString())));
        completed(request);
        Digest after = image("v1", Bytes.random(30));

        completed(request);

        assertThat(has(before) && has(after)).isTrue();
    }

    @Test
    void without_referrers_none_are_asked_for() {
        Digest subject = image("v1", Bytes.random(20));
        Digest referrer = artifact("application/spdx+json", subject);

        completed(request(APP, remote().withoutReferrers()));

        assertThat(has(referrer)).isFalse();
        assertThat(requests("/referrers/")).isEmpty();
    }

    @Test
    void other_types_are_refused() {
        image("v1", Bytes.random(20));
        upstream.fault(
                "manifests/v1",
                reply -> reply.without("Content-Type")
                        .without("Docker-Content-Digest")
                        .with("Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws")
                        .body("{\"schemaVersion\":1}".getBytes(UTF_8)));
        Task unknown = sync(request(APP, remote().strict()));
        assertThat(unknown.error().orElseThrow()).contains("v1+prettyjws").contains("tag v1");
    }
}
