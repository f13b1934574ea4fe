package dev.lading.cleanup;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobRecord;
import dev.lading.cleanup.CleanupService.Deleted;
import dev.lading.commit.Progress;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no version holds is deleted in time, and nothing else is. */
public abstract class CleanupContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("team/other");
    private static final Duration PROTECTION = Duration.ofHours(1);
    private static final Duration LATER = PROTECTION.plusSeconds(1);

    private RepositoryId id(RepositoryName name) {
        return registry().view(name).repository();
    }

    private Deleted cleanUp() {
        return cleanUp(newRegistry(metadata()));
    }

    private static Deleted cleanUp(Registry registry) {
        try {
            return registry.cleanup.cleanUp(PROTECTION, deleted -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stored stored() {
        return new Stored(registry(), metadata(), blobs());
    }

    private void requireNothingUnreferenced() {
        stored().requireNothingUnreferenced();
        stored().requireNoFactsAboutOthers();
    }

    private boolean hasBytes(BlobRecord bytes) {
        try {
            return blobs().sizeBytes(bytes.key()).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BlobRecord bytes(Digest digest) {
        return registry().content.blob(digest).orElseThrow();
    }

    @Test
    void what_versions_hold_stays_however_old() {
        registry().pushImage(APP, "tag");
        registry().pushImage(APP, "tag");
        registry().push(APP, byTag("large"), Images.image(registry().holdBlobs(APP, 1), "x".repeat(500_000)));
        List<String> before = stored().everything();
        clock.advance(LATER);
        Deleted deleted = cleanUp();
        assertThat(deleted.blobs()).isZero();
        assertThat(deleted.rows()).isZero();
        assertThat(registry().tags(APP)).containsExactly("large", "tag");
        assertThat(stored().everything())
                .hasSameSizeAs(
                        before.stream().filter(r -> !r.contains("#9999999999")).toList());
        requireNothingUnreferenced();
    }

    @Test
    void a_blob_no_manifest_came_for_is_deleted_after_the_protection_time() {
        Digest digest = registry().pushBlob(APP, Bytes.random(100));
        BlobRecord bytes = bytes(digest);
        clock.advance(PROTECTION.minusSeconds(1));
        assertThat(cleanUp().blobs()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(cleanUp()).isEqualTo(new Deleted(1, 0, 1, 1, 0));
        assertThat(hasBytes(bytes)).isFalse();
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
        requireNothingUnreferenced();
    }

    @Test
    void a_blob_that_was_just_asked_for_waits_for_the_manifest_anew() {
        byte[] layer = Bytes.random(100);
        Digest digest = registry().pushBlob(APP, layer);
        clock.advance(LATER);

        registry().blobs.askedFor(registry().pull(APP), digest);

        assertThat(cleanUp().blobs()).isZero();
        registry().push(APP, byTag("found"), Images.image(List.of(digest), "found"));
        clock.advance(LATER);
        assertThat(cleanUp().blobs()).isZero();
        requireNothingUnreferenced();
    }

    /** Runs the push before each read of the repository's record, until there are no more. */
    @Test
    void a_manifest_that_comes_while_the_waiting_of_its_blob_is_ended_keeps_it() {
        boolean[] pushed = {true};
        for (int look = 1; pushed[0]; look++) {
            Digest digest = registry().pushBlob(APP, Bytes.random(100));
            byte[] image = Images.image(List.of(digest), "look " + look);
            clock.advance(LATER);
            int[] left = {look};
            pushed[0] = false;
            Registry cleaning = newRegistry(watched().beforeGet(table -> {
                if (table.equals(Repository.TABLE) && --left[0] == 0) {
                    registry().push(APP, byTag("late"), image);
                    pushed[0] = true;
                }
            }));

            cleanUp(cleaning);

            if (pushed[0]) {
                assertThat(hasBytes(bytes(digest))).isTrue();
            }
        }
    }

    @Test
    void bytes_that_were_deleted_and_came_again_are_not_taken_for_what_they_were() {
        byte[] layer = Bytes.random(100);
        Digest digest = registry().pushBlob(OTHER, layer);
        clock.advance(LATER);
        WatchedMetadataStore store = watched();
        Registry slow = newRegistry(store);
        boolean[] meanwhile = {true};
        store.beforeWrite(write -> {
            if (store.writes(BlobEntry.TABLE) && meanwhile[0]) {
                meanwhile[0] = false;
                cleanUp();
                registry().pushBlob(OTHER, layer);
            }
        });

        assertThat(slow.blobs.mount(APP, digest, Optional.of(OTHER), pull -> true))
                .isTrue();

        assertThat(registry().blobs.get(registry().pull(APP), digest).key())
                .contains(bytes(digest).key());
    }

    @Test
    void a_blob_deleted_while_it_waited_is_deleted_too() {
        Digest digest = registry().pushBlob(APP, Bytes.random(100));
        BlobRecord bytes = bytes(digest);
        registry().blobs.delete(APP, digest);
        clock.advance(LATER);
        cleanUp();
        assertThat(hasBytes(bytes)).isFalse();
        requireNothingUnreferenced();
    }

    @Test
    void a_blob_pushed_again_in_time_stays() {
        byte[] content = Bytes.random(100);
        Digest digest = registry().pushBlob(APP, content);
        clock.advance(LATER);
        registry().pushBlob(OTHER, content);
        cleanUp();
        assertThat(hasBytes(bytes(digest))).isTrue();
        assertThatThrownBy(() -> registry().blobs.get(registry().pull(APP), digest))
                .isInstanceOf(BlobUnknown.class);
        assertThat(registry().blobs.get(registry().pull(OTHER), digest)).isNotNull();
    }

    @Test
    void a_deleted_manifest_goes_when_the_versions_that_hold_it_do() {
        Digest digest = registry()
                .push(APP, byTag("large"), Images.image(registry().holdBlobs(APP, 2), "x".repeat(500_000)))
                .digest();
        BlobRecord body = bytes(digest);
        registry().manifests.delete(APP, byDigest(digest));
        clock.advance(LATER);
        assertThat(cleanUp().blobs()).isZero();
        assertThat(hasBytes(body)).isTrue();
        registry().versions.delete(id(APP), 1);
        clock.advance(LATER);
        assertThat(cleanUp().blobs()).isEqualTo(3);
        assertThat(hasBytes(body)).isFalse();
        assertThat(registry().content.manifest(digest)).isEmpty();
        requireNothingUnreferenced();
    }

    @Test
    void versions_show_the_same_after_others_were_deleted_and_cleaned_up() {
        for (int i = 0; i < 9; i++) {
            registry().pushImage(APP, "moving", "t" + i % 4);
        }
        registry().manifests.delete(APP, byTag("t1"));
        List<Long> kept = List.of(2L, 4L, 9L, 10L);
        List<List<String>> before =
                kept.stream().map(v -> stored().contents(id(APP), v)).toList();
        var difference = stored().differences(id(APP), 4, 10);
        for (long version : List.of(3L, 1L, 0L, 7L, 5L, 6L, 8L)) {
            registry().versions.delete(id(APP), version);
            clock.advance(LATER);
            cleanUp();
            assertThat(kept.stream().map(v -> stored().contents(id(APP), v)).toList())
                    .isEqualTo(before);
        }
        assertThat(stored().differences(id(APP), 4, 10)).isEqualTo(difference);
        requireNothingUnreferenced();
        registry().versions.delete(id(APP), 2);
        registry().versions.delete(id(APP), 4);
        registry().versions.delete(id(APP), 9);
        clock.advance(LATER);
        cleanUp();
        assertThat(stored().contents(id(APP), 10)).isEqualTo(before.getLast());
        assertThat(stored().rows(id(APP)))
                .isEqualTo(stored().contents(id(APP), 10).size());
        requireNothingUnreferenced();
    }

    @Test
    void a_repository_keeps_as_many_versions_as_it_is_told() {
        registry().pushImage(APP, "moving");
        registry().repositories.update(id(APP), s -> retaining(s, 3));
        for (int i = 0; i < 6; i++) {
            registry().pushImage(APP, "moving");
        }
        assertThat(registry().versions(APP)).containsExactly(5L, 6L, 7L);
        registry().repositories.update(id(APP), s -> retaining(s, 1));
        assertThat(registry().versions(APP)).containsExactly(7L);
        clock.advance(LATER);
        cleanUp();
        assertThat(stored().rows(id(APP))).isEqualTo(15);
        registry().manifests.delete(APP, byTag("moving"));
        registry().curation.clear(id(APP), Progress.NONE);
        clock.advance(LATER);
        cleanUp();
        clock.advance(LATER);
        assertThat(stored().rows(id(APP))).isZero();
        requireNothingUnreferenced();
    }

    private static RepositorySettings retaining(RepositorySettings s, int versions) {
        return new RepositorySettings(
                s.name(), s.description(), s.labels(), Optional.of(versions), s.remote(), s.schedule(), s.sponsor());
    }

    @Test
    void pinned_versions_are_kept_beside() {
        registry().pushImage(APP, "moving");
        registry().pushImage(APP, "moving");
        registry()
                .distributions
                .update(registry().distributions.findAt(APP).orElseThrow().id(), s -> s.pinnedTo(id(APP), 1));
        registry().repositories.update(id(APP), s -> retaining(s, 2));
        for (int i = 0; i < 4; i++) {
            registry().pushImage(APP, "moving");
        }
        assertThat(registry().versions(APP)).containsExactly(1L, 5L, 6L);
    }

    @Test
    void a_deleted_repository_leaves_nothing() {
        registry().pushImage(APP, "tag");
        Digest large = registry()
                .push(APP, byTag("large"), Images.image(registry().holdBlobs(APP, 120), "large"))
                .digest();
        registry()
                .curation
                .copyTags(id(APP), 1, Optional.empty(), registry().repositories.getOrCreate(OTHER), Progress.NONE);
        registry().repositories.delete(id(APP));
        clock.advance(LATER);
        assertThat(cleanUp().blobs()).isEqualTo(120);
        assertThat(registry().content.manifest(large)).isEmpty();
        cleanUp();
        assertThat(registry().tags(OTHER)).containsExactly("tag");
        requireNothingUnreferenced();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void a_cleanup_that_dies_is_continued_by_the_next(int write) {
        Digest image = registry().pushImage(APP, "tag").digest();
        registry().pushBlob(APP, Bytes.random(50));
        registry().manifests.delete(APP, byDigest(image));
        registry().versions.delete(id(APP), 1);
        registry().versions.delete(id(APP), 0);
        clock.advance(LATER);
        Registry dying = newRegistry(
                write % 2 == 0 ? watched().dieBeforeWrite(write) : watched().dieAfterWrite(write));
        assertThatThrownBy(() -> cleanUp(dying)).isInstanceOf(ProcessDied.class);
        cleanUp();
        assertThat(stored().rows(id(APP))).isZero();
        requireNothingUnreferenced();
        registry().pushImage(APP, "again");
    }

    /** 1: the head moves with the pending row; 2: the bytes are claimed; 3: they are deleted. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_blob_pushed_again_in_the_middle_of_cleanup_is_whole(int write) throws IOException {
        byte[] content = Bytes.random(100);
        Digest digest = registry().pushBlob(APP, content);
        clock.advance(LATER);
        Registry cleaning = newRegistry(watched().beforeWrite(number -> {
            if (number == write) {
                newRegistry(metadata()).pushBlob(OTHER, content);
            }
        }));
        cleanUp(cleaning);
        var blob = registry().blobs.get(registry().pull(OTHER), digest);
        assertThat(registry()
                        .blobs
                        .read(blob.key().orElseThrow(), 0, blob.sizeBytes())
                        .readAllBytes())
                .isEqualTo(content);
        requireNothingUnreferenced();
    }

    @Test
    void a_manifest_pushed_in_the_middle_of_cleanup_finds_its_blob_or_says_so() {
        Digest blob = registry().pushBlob(APP, Bytes.random(100));
        byte[] image = Images.image(List.of(blob), "late");
        clock.advance(LATER);
        Registry pushing = newRegistry(watched().beforeWrite(number -> {
            if (number == 1) {
                cleanUp();
            }
        }));
        assertThatThrownBy(() -> pushing.push(APP, byTag("late"), image)).hasMessageContaining(blob.toString());
        assertThat(registry().tags(APP)).isEmpty();
        requireNothingUnreferenced();
    }

    @Test
    void a_doomed_blob_is_used_again_by_a_mount() {
        byte[] content = Bytes.random(100);
        Digest digest = registry().pushBlob(APP, content);
        BlobRecord bytes = bytes(digest);
        metadata().write(Write.put(BlobRecord.TABLE, bytes.doomed(true)));
        assertThat(registry().blobs.mount(OTHER, digest, Optional.of(APP), pull -> true))
                .isTrue();
        clock.advance(PROTECTION);
        assertThat(bytes(digest).doomed()).isFalse();
    }
}
