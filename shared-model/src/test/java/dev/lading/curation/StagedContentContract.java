package dev.lading.curation;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static dev.lading.testing.Registry.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.commit.Progress;
import dev.lading.commit.Staging;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.Tag;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Commits of staged content. */
public abstract class StagedContentContract extends ServiceContract {
    private static final Duration PROTECTION = Duration.ofHours(1);

    /** Created when first used, and not before the clock is set. */
    private Staging staging;

    private Staging staging() {
        if (staging == null) {
            staging = Staging.begin(clock.instant());
        }
        return staging;
    }

    private RepositoryId app() {
        return registry().repositories.getOrCreate(APP);
    }

    /** An arrival given as lists. */
    private final class Listed implements StagedContent {
        private final List<Digest> manifests = new ArrayList<>();
        private final List<TagOn> tags = new ArrayList<>();
        private final List<Tag> removed = new ArrayList<>();
        private boolean mirror;
        private final long plannedAt = registry().repositories.get(app()).version();

        Listed image(String tag, byte[]... blobs) {
            List<Digest> digests =
                    Stream.of(blobs).map(StagedContentContract.this::stageBlob).toList();
            return manifest(tag, Images.image(digests, tag));
        }

        Listed manifest(String tag, byte[] body) {
            Digest digest = stageManifest(body);
            manifests.add(digest);
            tags.add(new TagOn(new Tag(tag), digest));
            return this;
        }

        Listed mirroring(String... removedTags) {
            mirror = true;
            Stream.of(removedTags).map(Tag::new).forEach(removed::add);
            return this;
        }

        @Override
        public Staging staging() {
            return StagedContentContract.this.staging();
        }

        @Override
        public Stream<Digest> manifests() {
            return manifests.stream();
        }

        @Override
        public Optional<Long> plannedAt() {
            return Optional.of(plannedAt);
        }

        @Override
        public Stream<TagOn> tags() {
            return tags.stream();
        }

        @Override
        public boolean isMirror() {
            return mirror;
        }

        @Override
        public Stream<Tag> removedTags() {
            return removed.stream();
        }

        @Override
        public Stream<Tag> companions(Digest manifest) {
            return Stream.of(new Tag("sha256-" + manifest.hex() + ".sig"));
        }

        long take() {
            return registry().curation.take(app(), this, Progress.NONE);
        }
    }

    private Digest stageBlob(byte[] content) {
        Digest digest = Digest.of(Digest.SHA256, content);
        try {
            BlobKey key = registry().uploads.begin().key();
            registry()
                    .uploads
                    .finish(key, chunk(content), digest, bytes -> staging().blob(bytes, clock.instant()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digest;
    }

    private Digest stageManifest(byte[] body) {
        Digest digest = Digest.of(Digest.SHA256, body);
        try {
            var writes = registry().manifests.stage(staging(), digest, Manifest.parse(body, Optional.empty()), body);
            assertThat(metadata().write(writes)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return digest;
    }

    private void cleanUp() {
        try {
            registry().cleanup.cleanUp(PROTECTION, deleted -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void what_waits_is_seen_by_nobody_and_kept() {
        byte[] layer = Bytes.random(100);
        app();
        new Listed().image("v1", layer);
        clock.advance(PROTECTION.multipliedBy(3));
        cleanUp();

        Digest digest = Digest.of(Digest.SHA256, layer);
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
        assertThat(registry().blobs.mount(APP, digest, Optional.empty(), pull -> true))
                .isFalse();
        assertThat(registry().content.blob(digest)).isPresent();
        assertThat(registry().versions(APP)).containsExactly(0L);
    }

    @Test
    void all_that_waits_comes_as_one_version() {
        byte[] shared = Bytes.random(100);
        Listed arrival = new Listed().image("v1", Bytes.random(50), shared).image("v2", Bytes.random(60), shared);
        byte[] large = Images.image(List.of(stageBlob(shared)), "x".repeat(400_000));
        arrival.manifest("large", large);

        assertThat(arrival.take()).isEqualTo(1);

        assertThat(registry().tags(APP)).containsExactly("large", "v1", "v2");
        assertThat(registry().log(APP).getLast().present().blobs()).isEqualTo(3);
        assertThat(registry().blobs.get(registry().pull(APP), Digest.of(Digest.SHA256, shared)))
                .isNotNull();
        assertThat(arrival.take()).isEqualTo(1);
    }

    @Test
    void what_is_let_go_is_cleaned_up_unless_it_has_come() {
        byte[] come = Bytes.random(100);
        Listed arrival = new Listed().image("v1", come);
        arrival.take();
        BlobRecord left = registry().content.blob(stageBlob(Bytes.random(70))).orElseThrow();
        metadata().write(staging().letGo(clock.instant()));

        cleanUp();
        assertThat(registry().content.blob(left.digest())).isPresent();
        clock.advance(PROTECTION);
        cleanUp();
        cleanUp();

        assertThat(registry().content.blob(left.digest())).isEmpty();
        assertThat(registry().content.blob(Digest.of(Digest.SHA256, come))).isPresent();
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }

    @Test
    void a_mirror_takes_away_what_only_the_removed_needed() {
        byte[] shared = Bytes.random(100);
        byte[] old = Bytes.random(90);
        byte[] signature = Images.image(List.of(registry().pushBlob(APP, Bytes.random(30))), "signature");
        registry().pushBlob(APP, shared);
        registry().pushBlob(APP, old);
        Digest moved = registry()
                .push(
                        APP,
                        byTag("moved"),
                        Images.image(List.of(Digest.of(Digest.SHA256, old), Digest.of(Digest.SHA256, shared)), "old"))
                .digest();
        registry().push(APP, byTag("sha256-" + moved.hex() + ".sig"), signature);
        Digest referrer = registry()
                .push(APP, byTag("temporary"), Images.referrer(registry().pushBlob(APP, Bytes.random(20)), moved, ""))
                .digest();
        registry().manifests.delete(APP, byTag("temporary"));
        registry().pushImage(APP, "gone");
        registry().pushImage(APP, "own");

        new Listed().image("moved", Bytes.random(80), shared).mirroring("gone").take();

        assertThat(registry().tags(APP)).containsExactly("moved", "own");
        assertThat(registry().hasManifest(APP, byDigest(moved))).isFalse();
        assertThat(registry().hasManifest(APP, byDigest(referrer))).isFalse();
        assertThat(registry().view(APP).blobInVersion(Digest.of(Digest.SHA256, shared)))
                .isPresent();
        assertThat(registry().view(APP).blobInVersion(Digest.of(Digest.SHA256, old)))
                .isEmpty();
    }

    @Test
    void without_a_mirror_a_tag_moves_and_nothing_goes() {
        Digest before = registry().pushImage(APP, "v1").digest();

        new Listed().image("v1", Bytes.random(80)).take();

        assertThat(registry().tag(APP, "v1")).isNotEqualTo(Optional.of(before));
        assertThat(registry().hasManifest(APP, byDigest(before))).isTrue();
    }

    private Digest image(String tag, byte[]... blobs) {
        List<Digest> digests =
                Stream.of(blobs).map(blob -> registry().pushBlob(APP, blob)).toList();
        return registry().push(APP, byTag(tag), Images.image(digests, tag)).digest();
    }

    private void remove(String tag) {
        ContentUnit unit =
                registry().view(APP).tagEntry(new Tag(tag)).orElseThrow().unit().orElseThrow();
        registry().curation.remove(app(), List.of(unit), Progress.NONE);
    }

    /** Checks that all that it and its manifests refer to is there. */
    private void requireWhole(Digest manifest) {
        var view = registry().view(APP);
        var parsed = registry().manifests.parsed(view.manifest(manifest).orElseThrow());
        assertThat(parsed.blobs()).allMatch(blob -> view.blobInVersion(blob).isPresent());
        parsed.manifests().forEach(this::requireWhole);
    }

    @Test
    void what_was_removed_since_the_plan_comes_again_with_the_index_that_names_it() {
        byte[] shared = Bytes.random(30);
        Digest child = image("child", shared, Bytes.random(20));
        image("old", shared);
        var arrival = new Listed().mirroring("old");
        byte[] inner = Images.index(List.of(child), "inner");
        arrival.manifest("inner", inner).manifest("outer", Images.index(List.of(digest(inner)), "outer"));
        remove("child");
        assertThat(registry().hasManifest(APP, byDigest(child))).isFalse();

        arrival.take();

        assertThat(registry().tags(APP)).containsExactly("inner", "outer");
        requireWhole(registry().tag(APP, "outer").orElseThrow());
    }

    @Test
    void what_was_removed_since_the_plan_comes_again_with_a_tag() {
        Digest child = image("child", Bytes.random(20));
        Digest index = registry()
                .push(APP, byTag("index"), Images.index(List.of(child), "index"))
                .digest();
        var arrival = new Listed();
        arrival.tags.add(new TagOn(new Tag("new"), index));
        registry().curation.clear(app(), Progress.NONE);

        arrival.take();

        assertThat(registry().tags(APP)).containsExactly("new");
        requireWhole(index);
    }

    @Test
    void what_was_removed_since_the_plan_and_is_not_kept_is_named() {
        Digest child = image("child", Bytes.random(20));
        var arrival = new Listed().manifest("index", Images.index(List.of(child), "index"));
        remove("child");
        registry().versions.delete(app(), 1);

        assertThatThrownBy(arrival::take).isInstanceOf(EntityUnknown.class).hasMessageContaining(child.toString());
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void what_was_planned_at_a_version_that_is_undone_does_not_come() {
        Digest child = image("child", Bytes.random(20));
        var arrival = new Listed().manifest("index", Images.index(List.of(child), "index"));
        registry().versions.delete(app(), 1);

        assertThatThrownBy(arrival::take).isInstanceOf(EntityUnknown.class).hasMessageContaining("version 1");
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void what_was_not_there_at_the_plan_is_left_out() {
        Digest pruned = image("pruned", Bytes.random(20));
        remove("pruned");
        Digest never = digest(Bytes.random(5));

        new Listed()
                .manifest("index", Images.index(List.of(pruned, never), "index"))
                .take();

        assertThat(registry().tags(APP)).containsExactly("index");
        assertThat(registry().hasManifest(APP, byDigest(pruned))).isFalse();
    }

    @Test
    void a_mirror_keeps_what_comes_with_an_index_in_an_index() {
        Digest child = image("child", Bytes.random(20));
        byte[] inner = Images.index(List.of(child), "inner");
        stageManifest(inner);

        new Listed()
                .manifest("outer", Images.index(List.of(digest(inner)), "outer"))
                .mirroring("child")
                .take();

        assertThat(registry().tags(APP)).containsExactly("outer");
        requireWhole(registry().tag(APP, "outer").orElseThrow());
    }

    @Test
    void an_image_without_one_of_its_blobs_does_not_come() {
        Digest lacking = digest(Bytes.random(5));
        var arrival = new Listed().manifest("v1", Images.image(List.of(stageBlob(Bytes.random(9)), lacking), "v1"));

        assertThatThrownBy(arrival::take).isInstanceOf(EntityUnknown.class).hasMessageContaining(lacking.toString());
        assertThat(registry().versions(APP)).containsExactly(0L);
    }

    private static Digest digest(byte[] content) {
        return Digest.of(Digest.SHA256, content);
    }

    @Test
    void a_tag_on_a_manifest_that_was_removed_meanwhile_is_refused() {
        app();
        var arrival = new Listed();
        arrival.tags.add(new TagOn(new Tag("v1"), Digest.of(Digest.SHA256, Bytes.random(5))));

        assertThatThrownBy(arrival::take).isInstanceOf(EntityUnknown.class).hasMessageContaining("moment ago");
        assertThat(registry().versions(APP)).containsExactly(0L);
    }
}
