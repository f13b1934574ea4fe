package dev.lading.curation;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.Progress;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.repository.VersionService;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tagging, copying, adding, removing, restoring and promoting: one version each. */
public abstract class CurationContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("team/other");

    private RepositoryId id(RepositoryName name) {
        return registry().repositories.getOrCreate(name);
    }

    private RepositoryVersion newest(RepositoryName name) {
        return registry().versions.get(id(name), registry().view(name).version());
    }

    @Test
    void a_tag_is_set_moved_and_removed() {
        Digest one = registry().pushImage(APP, "one").digest();
        Digest two = registry().pushImage(APP, "two").digest();
        var curation = registry().curation;
        assertThat(curation.tag(id(APP), new Tag("new"), one)).isEqualTo(3);
        assertThat(curation.tag(id(APP), new Tag("new"), one)).isEqualTo(3);
        assertThat(curation.tag(id(APP), new Tag("new"), two)).isEqualTo(4);
        assertThat(registry().tag(APP, "new")).contains(two);
        assertThat(curation.untag(id(APP), new Tag("new"))).isEqualTo(5);
        assertThat(registry().tags(APP)).containsExactly("one", "two");
        assertThatThrownBy(() -> curation.untag(id(APP), new Tag("new"))).isInstanceOf(FieldInvalid.class);
        Digest unknown = Digest.of(Digest.SHA256, Bytes.random(9));
        assertThatThrownBy(() -> curation.tag(id(APP), new Tag("x"), unknown)).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void blobs_that_leave_with_everything_wait_for_a_manifest_again() {
        CurationService curation = registry().curation;
        registry().pushImage(OTHER, "promoted");
        List<Runnable> removals = List.of(
                () -> curation.clear(id(APP), Progress.NONE),
                () -> curation.restore(id(APP), 0, Optional.empty(), Progress.NONE),
                () -> curation.promote(id(OTHER), 1, id(APP), Optional.empty(), Progress.NONE));
        for (Runnable removal : removals) {
            List<Digest> blobs = registry().holdBlobs(APP, 2);
            registry().push(APP, byTag("before"), Images.image(blobs, "before"));
            removal.run();
            // As a client does that checked for them before.
            registry().push(APP, byTag("after"), Images.image(blobs, "after"));
            assertThat(registry().tags(APP)).contains("after").doesNotContain("before");
        }
    }

    @Test
    void a_version_says_what_its_promotion_or_somebody_later_said_of_it_once() {
        CurationService curation = registry().curation;
        VersionService versions = registry().versions;
        registry().pushImage(OTHER, "promoted");
        registry().pushImage(APP, "pushed");
        var tested = new VersionNote("tested by ops, \u00e4\u6f22 \"quoted\"");
        var back = new VersionNote("back");

        long promoted = curation.promote(id(OTHER), 1, id(APP), Optional.of(tested), Progress.NONE);
        long restored = curation.restore(id(APP), 1, Optional.of(back), Progress.NONE);
        versions.note(id(APP), 1, back);

        assertThat(versions.get(id(APP), promoted).note()).contains(tested);
        assertThat(versions.get(id(APP), restored).note()).contains(back);
        assertThat(versions.get(id(APP), 1).note()).contains(back);
        assertThat(versions.note(id(APP), 1, back).note()).contains(back);
        assertThatThrownBy(() -> versions.note(id(APP), 1, tested)).isInstanceOf(EntityInUse.class);
        assertThatThrownBy(() -> versions.note(id(APP), 9, tested)).isInstanceOf(EntityUnknown.class);
        // What a version is, its note too, stays when the one before is deleted.
        versions.delete(id(APP), 1);
        assertThat(versions.get(id(APP), promoted).note()).contains(tested);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines", "tab\there"})
    void a_note_is_one_line(String text) {
        assertThatThrownBy(() -> new VersionNote(text)).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> new VersionNote("x".repeat(256))).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void a_promotion_is_not_overtaken_by_quicker_pushes_for_ever() {
        registry().pushImage(OTHER, "promoted");
        registry().pushImage(APP, "pushed");
        Registry pusher = newRegistry(metadata());
        WatchedMetadataStore store = watched();
        // While it is planned, others push; unless they have to wait.
        store.beforeWrite(write -> {
            var head = metadata().get(Repository.TABLE, Repository.key(id(APP))).orElseThrow();
            if (store.writes(RepositoryVersion.TABLE) && head.lease().isEmpty()) {
                pusher.pushImage(APP, "pushed-" + write);
            }
        });

        newRegistry(store).curation.promote(id(OTHER), 1, id(APP), Optional.empty(), Progress.NONE);

        assertThat(registry().tags(APP)).containsExactly("promoted");
        assertThat(registry().pushImage(APP, "later").version())
                .isEqualTo(newest(APP).version());
    }

    @Test
    void promotions_and_pushes_of_many_processes_all_come_through() {
        registry().pushImage(OTHER, "promoted");
        RepositoryId source = id(OTHER);
        RepositoryId target = id(APP);
        List<Registry> processes =
                Stream.generate(() -> newRegistry(metadata())).limit(5).toList();
        together(processes.size(), thread -> {
            for (int i = 0; i < 4; i++) {
                if (thread == 0) {
                    processes.get(thread).curation.promote(source, 1, target, Optional.empty(), Progress.NONE);
                } else {
                    processes.get(thread).pushImage(APP, "pushed-" + thread + "-" + i);
                }
            }
        });
        registry().curation.promote(source, 1, target, Optional.empty(), Progress.NONE);
        assertThat(registry().tags(APP)).containsExactly("promoted");
        assertThat(registry().log(APP).stream()
                        .filter(version -> version.added().tags() > 0))
                .hasSizeGreaterThan(16);
    }

    @Test
    void tags_are_copied_from_any_version_with_all_they_need() throws IOException {
        Digest index = pushIndex(APP, "multi");
        Digest old = registry().pushImage(APP, "moving").digest();
        long then = newest(APP).version();
        registry().pushImage(APP, "moving");
        registry().pushImage(APP, "left");
        long copied = registry()
                .curation
                .copyTags(
                        id(APP),
                        then,
                        Optional.of(Set.of(new Tag("multi"), new Tag("moving"))),
                        id(OTHER),
                        Progress.NONE);
        assertThat(copied).isEqualTo(1);
        assertThat(registry().tags(OTHER)).containsExactly("moving", "multi");
        assertThat(registry().tag(OTHER, "moving")).contains(old);
        assertThat(registry().tag(OTHER, "multi")).contains(index);
        requireWhole(OTHER);
        assertThat(newest(OTHER).present().manifests()).isEqualTo(4);
        assertThat(registry()
                        .curation
                        .copyTags(id(APP), then, Optional.of(Set.of(new Tag("multi"))), id(OTHER), Progress.NONE))
                .isEqualTo(1);
        registry().curation.copyTags(id(APP), then + 2, Optional.empty(), id(OTHER), Progress.NONE);
        assertThat(registry().tags(OTHER)).isEqualTo(registry().tags(APP));
        assertThat(registry().tag(OTHER, "moving")).isEqualTo(registry().tag(APP, "moving"));
        requireWhole(OTHER);
        assertThatThrownBy(() -> registry().curation.copyTags(id(APP), 99, Optional.empty(), id(OTHER), Progress.NONE))
                .isInstanceOf(EntityUnknown.class);
    }

    @Test
    void manifests_are_copied_by_digest_and_by_type() throws IOException {
        Digest index = pushIndex(APP, "multi");
        Digest image = registry().pushImage(APP, "image").digest();
        long head = newest(APP).version();
        registry()
                .curation
                .copyManifests(id(APP), head, Optional.of(Set.of(image)), Optional.empty(), id(OTHER), Progress.NONE);
        assertThat(registry().hasManifest(OTHER, byDigest(image))).isTrue();
        assertThat(newest(OTHER).present().manifests()).isEqualTo(1);
        registry()
                .curation
                .copyManifests(
                        id(APP),
                        head,
                        Optional.empty(),
                        Optional.of(Set.of(MediaType.OCI_INDEX)),
                        id(OTHER),
                        Progress.NONE);
        assertThat(registry().hasManifest(OTHER, byDigest(index))).isTrue();
        assertThat(registry().tags(OTHER)).isEmpty();
        requireWhole(OTHER);
    }

    @Test
    void units_are_added_with_all_they_need() throws IOException {
        pushIndex(APP, "multi");
        registry().pushImage(APP, "later");
        registry().manifests.delete(APP, byTag("multi"));
        ContentUnit tag = unit(ContentKind.TAG, "multi");
        assertThat(registry().curation.add(id(OTHER), List.of(tag), each -> true, Progress.NONE))
                .isEqualTo(1);
        assertThat(registry().tags(OTHER)).containsExactly("multi");
        requireWhole(OTHER);
        assertThat(registry().curation.add(id(OTHER), List.of(tag), each -> true, Progress.NONE))
                .isEqualTo(1);
    }

    @Test
    void a_blob_can_be_added_alone() throws IOException {
        byte[] content = Bytes.random(100);
        Digest digest = registry().pushBlob(APP, content);
        ContentUnit blob =
                registry().content.find(ContentKind.BLOB, digest.toString()).orElseThrow();
        registry().curation.add(id(OTHER), List.of(blob), each -> true, Progress.NONE);
        assertThat(newest(OTHER).added().blobs()).isEqualTo(1);
        requireWhole(OTHER);
    }

    @Test
    void removing_a_tag_removes_what_only_it_needed() throws IOException {
        Digest shared = registry().pushBlob(APP, Bytes.random(30));
        Digest own = registry().pushBlob(APP, Bytes.random(30));
        Digest kept = registry()
                .push(APP, byTag("kept"), Images.image(List.of(shared), "kept"))
                .digest();
        Digest gone = registry()
                .push(APP, byTag("gone"), Images.image(List.of(shared, own), "gone"))
                .digest();
        registry().push(APP, byTag("index"), Images.index(List.of(kept), "index"));
        registry().curation.remove(id(APP), List.of(unit(ContentKind.TAG, "gone")), Progress.NONE);
        assertThat(registry().tags(APP)).containsExactly("index", "kept");
        assertThat(registry().hasManifest(APP, byDigest(gone))).isFalse();
        assertThat(view(APP).blobInVersion(own)).isEmpty();
        assertThat(view(APP).blobInVersion(shared)).isPresent();

        registry().curation.remove(id(APP), List.of(unit(ContentKind.TAG, "kept")), Progress.NONE);
        assertThat(registry().hasManifest(APP, byDigest(kept))).isTrue();
        registry().curation.remove(id(APP), List.of(unit(ContentKind.TAG, "index")), Progress.NONE);
        assertThat(newest(APP).present()).isEqualTo(ContentCounts.NONE);
        requireWhole(APP);
    }

    @Test
    void a_blob_that_a_manifest_names_is_not_removed() throws IOException {
        registry().pushImage(APP, "tag");
        Digest blob = view(APP).blobs(Optional.empty(), 1).entries().getFirst().digest();
        ContentUnit unit =
                registry().content.find(ContentKind.BLOB, blob.toString()).orElseThrow();
        assertThat(registry().curation.remove(id(APP), List.of(unit), Progress.NONE))
                .isEqualTo(1);
        requireWhole(APP);
    }

    @Test
    void everything_is_removed_in_one_version() {
        pushIndex(APP, "multi");
        long head = newest(APP).version();
        assertThat(registry().curation.clear(id(APP), Progress.NONE)).isEqualTo(head + 1);
        assertThat(newest(APP).present()).isEqualTo(ContentCounts.NONE);
        assertThat(registry().curation.restore(id(APP), head, Optional.empty(), Progress.NONE))
                .isEqualTo(head + 2);
        assertThat(registry().tags(APP)).containsExactly("multi");
    }

    @Test
    void any_version_is_restored_as_a_new_one() throws IOException {
        registry().pushImage(APP, "moving");
        registry().pushImage(APP, "second");
        Digest referrer = pushReferrer(APP);
        List<String> then = contents(id(APP), 3);
        registry().pushImage(APP, "moving");
        registry().manifests.delete(APP, byDigest(referrer));
        registry().manifests.delete(APP, byTag("second"));
        assertThat(registry().curation.restore(id(APP), 3, Optional.empty(), Progress.NONE))
                .isEqualTo(7);
        assertThat(contents(id(APP), 7)).isEqualTo(then);
        assertThat(newest(APP).base()).contains(3L);
        assertThat(newest(APP).present())
                .isEqualTo(registry().versions.get(id(APP), 3).present());
        requireWhole(APP);
        assertThat(registry().curation.restore(id(APP), 3, Optional.empty(), Progress.NONE))
                .isEqualTo(7);
        registry().curation.restore(id(APP), 0, Optional.empty(), Progress.NONE);
        assertThat(contents(id(APP), 8)).isEmpty();
    }

    @Test
    void what_somebody_was_shown_is_done_or_nothing() {
        CurationService curation = registry().curation;
        Optional<VersionNote> none = Optional.empty();
        registry().pushImage(OTHER, "promoted");
        registry().pushImage(APP, "one");
        registry().pushImage(APP, "two");

        assertThatThrownBy(() -> curation.restore(id(APP), 0, none, OptionalLong.of(1), Progress.NONE))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("version 2 by now");
        assertThatThrownBy(() -> curation.promote(id(OTHER), 1, id(APP), none, OptionalLong.of(1), Progress.NONE))
                .isInstanceOf(FieldInvalid.class);
        assertThat(newest(APP).version()).isEqualTo(2);
        assertThat(curation.promote(id(OTHER), 1, id(APP), none, OptionalLong.of(2), Progress.NONE))
                .isEqualTo(3);
        assertThat(curation.restore(id(APP), 1, none, OptionalLong.of(3), Progress.NONE))
                .isEqualTo(4);
        // A task that is delivered again.
        assertThat(curation.restore(id(APP), 1, none, OptionalLong.of(3), Progress.NONE))
                .isEqualTo(4);
    }

    @Test
    void a_promotion_makes_the_target_hold_what_the_source_does() throws IOException {
        pushIndex(APP, "multi");
        pushReferrer(APP);
        registry().pushImage(OTHER, "foreign");
        promoted(newest(APP).version());
        registry().pushImage(APP, "more");
        registry().manifests.delete(APP, byTag("multi"));
        registry().pushImage(OTHER, "drift");
        registry().curation.untag(id(OTHER), new Tag("drift"));
        long now = newest(APP).version();
        promoted(now);
        registry().pushImage(APP, "later");
        promoted(newest(APP).version());
        promoted(now);
        long made = newest(OTHER).version();
        promoted(now);
        assertThat(newest(OTHER).version()).isEqualTo(made);
    }

    private void promoted(long version) throws IOException {
        long made = registry().curation.promote(id(APP), version, id(OTHER), Optional.empty(), Progress.NONE);
        assertThat(contents(id(OTHER), made)).isEqualTo(contents(id(APP), version));
        assertThat(registry().versions.get(id(OTHER), made).present())
                .isEqualTo(registry().versions.get(id(APP), version).present());
        requireWhole(OTHER);
    }

    @Test
    void a_promotion_after_a_version_of_the_last_was_deleted_is_whole_too() throws IOException {
        registry().pushImage(APP, "one");
        promoted(1);
        registry().pushImage(APP, "two");
        registry().pushImage(OTHER, "drift");
        registry().versions.delete(id(APP), 1);
        promoted(2);
        registry().versions.delete(id(OTHER), newest(OTHER).version());
        promoted(2);
    }

    @Test
    void what_was_deleted_after_a_copy_stays_where_it_was_copied() throws IOException {
        registry().pushImage(APP, "tag");
        registry().curation.copyTags(id(APP), 1, Optional.empty(), id(OTHER), Progress.NONE);
        registry().repositories.delete(id(APP));
        requireWhole(OTHER);
    }

    private Digest pushIndex(RepositoryName name, String tag) {
        List<Digest> images = Stream.of("amd64", "arm64")
                .map(platform -> registry().pushImage(name, platform).digest())
                .toList();
        Digest index =
                registry().push(name, byTag(tag), Images.index(images, tag)).digest();
        registry().curation.untag(id(name), new Tag("amd64"));
        registry().curation.untag(id(name), new Tag("arm64"));
        return index;
    }

    private Digest pushReferrer(RepositoryName name) {
        Digest config = registry().pushBlob(name, Bytes.random(20));
        Digest subject =
                view(name).manifests(Optional.empty(), 1).entries().getFirst().digest();
        byte[] referrer = Images.referrer(config, subject, "signature");
        return registry()
                .push(name, byDigest(Digest.of(Digest.SHA256, referrer)), referrer)
                .digest();
    }

    private ContentUnit unit(ContentKind kind, String tag) {
        return registry()
                .content
                .all(kind)
                .filter(unit -> unit.tag().value().equals(tag))
                .findFirst()
                .orElseThrow();
    }

    private RepositoryView view(RepositoryName name) {
        return registry().view(name);
    }

    private List<String> contents(RepositoryId repository, long version) {
        RepositoryView view = registry().versions.view(repository, version);
        return Content.TABLES.values().stream()
                .flatMap(view::stream)
                .map(row -> row.table().name() + " " + row.name() + " "
                        + row.unit().map(ContentUnit::id).map(Object::toString).orElse(""))
                .sorted()
                .toList();
    }

    /**
     * Checks that every manifest is there with all it refers to, and that every blob can be read and has its digest.
     */
    private void requireWhole(RepositoryName name) throws IOException {
        RepositoryView view = view(name);
        for (var manifest : view.stream(ManifestEntry.TABLE).toList()) {
            var parsed = registry().manifests.parsed(manifest);
            assertThat(parsed.blobs()).allMatch(blob -> view.blobInVersion(blob).isPresent());
            assertThat(parsed.manifests())
                    .allMatch(child -> view.manifest(child).isPresent());
        }
        for (var tag : view.tags(Optional.empty(), 1000).entries()) {
            assertThat(view.manifest(tag.digest().orElseThrow())).isPresent();
        }
        for (var blob : view.stream(BlobEntry.TABLE).toList()) {
            try (InputStream bytes = registry()
                    .blobs
                    .read(
                            registry()
                                    .blobs
                                    .get(registry().pull(name), blob.digest())
                                    .key()
                                    .orElseThrow(),
                            0,
                            blob.sizeBytes())) {
                assertThat(Digest.of(Digest.SHA256, bytes.readAllBytes())).isEqualTo(blob.digest());
            }
        }
    }
}
