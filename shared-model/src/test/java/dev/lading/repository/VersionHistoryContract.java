package dev.lading.repository;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.VersionWriter;
import dev.lading.distribution.Distribution;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Versions as administrators list, compare and delete them. */
public abstract class VersionHistoryContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("team/other");

    private RepositoryId app() {
        return registry().view(APP).repository();
    }

    private RepositoryVersion version(long number) {
        return registry().versions.get(app(), number);
    }

    @Test
    void a_version_counts_what_it_holds_and_what_it_changed() {
        List<Digest> blobs = registry().holdBlobs(APP, 3);
        Digest first = registry()
                .push(APP, byTag("a"), Images.image(blobs, "first"), "b")
                .digest();
        registry().push(APP, byTag("a"), Images.image(blobs, "second"));
        registry().manifests.delete(APP, byDigest(first));

        assertThat(version(0).present()).isEqualTo(ContentCounts.NONE);
        assertThat(version(1).added()).isEqualTo(new ContentCounts(2, 1, 3));
        assertThat(version(1).present()).isEqualTo(new ContentCounts(2, 1, 3));
        assertThat(version(2).added()).isEqualTo(new ContentCounts(1, 1, 0));
        assertThat(version(2).removed()).isEqualTo(new ContentCounts(1, 0, 0));
        assertThat(version(2).present()).isEqualTo(new ContentCounts(2, 2, 3));
        assertThat(version(3).removed()).isEqualTo(new ContentCounts(1, 1, 0));
        assertThat(version(3).present()).isEqualTo(new ContentCounts(1, 1, 3));
        assertThat(registry().repositories.get(app()).present())
                .isEqualTo(version(3).present());
    }

    @Test
    void a_large_version_is_counted_too() {
        List<Digest> blobs = registry().holdBlobs(APP, 250);
        registry().push(APP, byTag("large"), Images.image(blobs, "large"));
        assertThat(version(1).added()).isEqualTo(new ContentCounts(1, 1, 250));
        assertThat(version(1).changes()).isEmpty();
    }

    @Test
    void counting_reads_one_record() {
        registry().pushImage(APP, "tag");
        RepositoryId app = app();
        WatchedMetadataStore store = watched();
        newRegistry(store).versions.get(app, 1);
        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void versions_are_listed_newest_first() {
        for (int i = 0; i < 5; i++) {
            registry().pushImage(APP, "tag");
        }
        var page = registry().versions.list(app(), Optional.empty(), 4);
        assertThat(page.records()).extracting(RepositoryVersion::version).containsExactly(5L, 4L, 3L, 2L);
        assertThat(registry().versions.list(app(), page.next(), 4).records())
                .extracting(RepositoryVersion::version)
                .containsExactly(1L, 0L);
    }

    @Test
    void two_versions_are_compared_both_ways() {
        registry().pushImage(APP, "moved");
        registry().pushImage(APP, "removed");
        registry().pushImage(APP, "moved");
        registry().manifests.delete(APP, byTag("removed"));
        registry().pushImage(APP, "back");
        registry().manifests.delete(APP, byTag("back"));

        assertThat(tags(2, 6)).containsExactlyInAnyOrder("moved:both", "removed:removed");
        assertThat(tags(6, 2)).containsExactlyInAnyOrder("moved:both", "removed:added");
        assertThat(tags(0, 2)).containsExactlyInAnyOrder("moved:added", "removed:added");
        assertThat(tags(6, 6)).isEmpty();
        assertThat(tags(4, 6)).isEmpty();
    }

    private List<String> tags(long from, long to) {
        return registry()
                .versions
                .differences(app(), from, to)
                .filter(d -> d.table().equals(TagEntry.TABLE))
                .map(d -> d.name() + ":"
                        + (d.removed().isEmpty() ? "added" : d.added().isEmpty() ? "removed" : "both"))
                .toList();
    }

    @Test
    void a_deleted_version_leaves_a_hole_and_no_other_changes() {
        for (int i = 1; i <= 5; i++) {
            registry().pushImage(APP, "moving", "t" + i);
        }
        registry().manifests.delete(APP, byTag("t2"));
        List<List<String>> before = contents(0, 1, 2, 4, 6);
        registry().versions.delete(app(), 3);
        registry().versions.delete(app(), 5);

        assertThat(registry().versions(APP)).containsExactly(0L, 1L, 2L, 4L, 6L);
        assertThat(contents(0, 1, 2, 4, 6)).isEqualTo(before);
        assertThatThrownBy(() -> version(3)).isInstanceOf(EntityUnknown.class);
        assertThatThrownBy(() -> registry().versions.delete(app(), 3)).isInstanceOf(EntityUnknown.class);
        assertThat(version(4).added()).isEqualTo(new ContentCounts(3, 2, 2));
        assertThat(version(4).removed()).isEqualTo(new ContentCounts(1, 0, 0));
        assertThat(registry().pushImage(APP, "next").version()).isEqualTo(7);
        assertThat(contents(0, 1, 2, 4, 6)).isEqualTo(before);
    }

    @Test
    void the_oldest_version_deleted_is_part_of_the_next() {
        registry().pushImage(APP, "one");
        registry().pushImage(APP, "two");
        registry().versions.delete(app(), 0);
        registry().versions.delete(app(), 1);
        assertThat(version(2).added()).isEqualTo(version(2).present()).isEqualTo(new ContentCounts(2, 2, 2));
        assertThat(registry().tags(APP)).containsExactly("one", "two");
        assertThatThrownBy(() -> registry().versions.delete(app(), 2)).isInstanceOf(EntityInUse.class);
    }

    @Test
    void the_newest_version_deleted_is_undone() {
        Digest first = registry().pushImage(APP, "tag").digest();
        registry().pushImage(APP, "tag", "more");
        registry().pushImage(APP, "tag");
        registry().versions.delete(app(), 2);
        registry().versions.delete(app(), 3);

        assertThat(registry().tag(APP, "tag")).contains(first);
        assertThat(registry().tags(APP)).containsExactly("tag");
        assertThat(registry().repositories.get(app()).present()).isEqualTo(new ContentCounts(1, 1, 1));
        assertThat(registry().pushImage(APP, "next").version()).isEqualTo(4);
        assertThat(registry().tag(APP, "tag")).contains(first);
        assertThat(registry().tags(APP)).containsExactly("next", "tag");
        assertThat(version(4).present()).isEqualTo(new ContentCounts(2, 2, 2));
        assertThat(registry().versions(APP)).containsExactly(0L, 1L, 4L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void a_deletion_that_dies_is_not_begun_or_goes_on(int write) {
        Digest first = registry().pushImage(APP, "tag").digest();
        registry().pushImage(APP, "tag", "more");
        RepositoryId app = app();
        var dying = newRegistry(watched().dieBeforeWrite(write));
        assertThatThrownBy(() -> dying.versions.delete(app, 2)).isInstanceOf(ProcessDied.class);
        boolean begun = write > 1;
        assertThat(registry().tags(APP)).isEqualTo(begun ? List.of("tag") : List.of("more", "tag"));

        clock.advance(VersionWriter.LEASE.plusSeconds(1));
        assertThat(newRegistry(metadata()).pushImage(APP, "next").version()).isEqualTo(3);
        assertThat(registry().tags(APP)).isEqualTo(begun ? List.of("next", "tag") : List.of("more", "next", "tag"));
        assertThat(registry().tag(APP, "tag").equals(Optional.of(first))).isEqualTo(begun);
    }

    /** Deletes a version while another process deletes one between the reads that this takes. */
    private void deleteBeside(long version, long other) {
        RepositoryId app = app();
        AtomicBoolean isFirst = new AtomicBoolean(true);
        var store = watched().beforeGet(table -> {
            if (table.equals(RepositoryVersion.TABLE) && isFirst.getAndSet(false)) {
                registry().versions.delete(app, other);
            }
        });
        newRegistry(store).versions.delete(app, version);
    }

    @Test
    void a_version_that_is_the_newest_by_another_deletion_is_undone() {
        registry().pushImage(APP, "one");
        registry().pushImage(APP, "two");

        deleteBeside(1, 2);

        assertThat(registry().versions(APP)).containsExactly(0L);
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void a_version_that_is_the_last_by_another_deletion_is_kept() {
        registry().pushImage(APP, "one");
        registry().pushImage(APP, "two");
        registry().versions.delete(app(), 0);

        assertThatThrownBy(() -> deleteBeside(2, 1)).isInstanceOf(EntityInUse.class);

        assertThat(registry().tags(APP)).containsExactly("one", "two");
    }

    @Test
    void a_version_that_is_served_for_good_is_kept() {
        registry().pushImage(APP, "one");
        registry().pushImage(APP, "two");
        Distribution distribution = registry().distributions.findAt(APP).orElseThrow();
        registry().distributions.update(distribution.id(), s -> s.pinnedTo(app(), 1));
        assertThatThrownBy(() -> registry().versions.delete(app(), 1)).isInstanceOf(EntityInUse.class);
        assertThat(registry().tags(APP)).containsExactly("one");
        registry().versions.delete(app(), 2);
        assertThat(registry().tags(APP)).containsExactly("one");
        registry().distributions.update(distribution.id(), s -> s.serving(app()));
        registry().versions.delete(app(), 1);
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void content_has_one_id_wherever_it_is() {
        byte[] blob = Bytes.random(50);
        Digest layer = registry().pushBlob(APP, blob);
        registry().pushBlob(OTHER, blob);
        byte[] image = Images.image(List.of(layer), "both");
        for (RepositoryName name : List.of(APP, OTHER)) {
            clock.advance(Duration.ofMinutes(1));
            registry().push(name, byTag("tag"), image);
        }
        registry().manifests.delete(APP, byTag("tag"));
        registry().push(APP, byTag("tag"), image);

        assertThat(units(APP)).hasSize(3).isEqualTo(units(OTHER));
        assertThat(units(APP)).allSatisfy(unit -> {
            assertThat(unit.id().version()).isEqualTo(7);
            assertThat(ContentUnit.fingerprint(unit.id())).isEqualTo(ContentUnit.fingerprint(unit.kind(), unit.name()));
        });
    }

    private List<ContentUnit> units(RepositoryName name) {
        RepositoryView view = registry().view(name);
        Stream<Content> rows = Stream.of(
                        view.tags(Optional.empty(), 10),
                        view.manifests(Optional.empty(), 10),
                        view.blobs(Optional.empty(), 10))
                .flatMap(listing -> listing.entries().stream());
        return rows.map(row -> row.unit().orElseThrow()).toList();
    }

    private List<List<String>> contents(long... versions) {
        return Arrays.stream(versions)
                .mapToObj(version -> {
                    RepositoryView view = registry().versions.view(app(), version);
                    return Stream.concat(
                                    view.tags(Optional.empty(), 100).entries().stream()
                                            .map(tag -> tag.name() + tag.digest()),
                                    Stream.concat(
                                            view.manifests(Optional.empty(), 100).entries().stream()
                                                    .map(Content::name),
                                            view.blobs(Optional.empty(), 100).entries().stream()
                                                    .map(Content::name)))
                            .toList();
                })
                .toList();
    }
}
