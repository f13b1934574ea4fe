package dev.lading.repository;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.commit.BulkChange;
import dev.lading.commit.Progress;
import dev.lading.history.Changes;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Actions cost the same in a small repository and in a large one. */
public abstract class VersionCostContract extends ServiceContract {
    private static final RepositoryName SMALL = new RepositoryName("small");
    private static final RepositoryName LARGE = new RepositoryName("large");

    /** Reads, calls and records, since a transaction is one call however many records it has. */
    private record Cost(int reads, int calls, int records) {}

    /** The number of tags and versions of the large repository. */
    protected int tags() {
        return 600;
    }

    protected int versions() {
        return 60;
    }

    private WatchedMetadataStore watched;
    private Registry counted;

    /** Pushes two images, then the tags, then versions of one moved tag each. */
    private RepositoryId fill(RepositoryName name, int tags, int versions) {
        List<Digest> blobs = registry().holdBlobs(name, 1);
        Digest one =
                registry().push(name, byTag("one"), Images.image(blobs, "one")).digest();
        Digest two =
                registry().push(name, byTag("two"), Images.image(blobs, "two")).digest();
        RepositoryId id = registry().view(name).repository();
        registry()
                .repositories
                .rewrite(
                        id,
                        newest -> BulkChange.Plan.of(IntStream.range(0, tags)
                                .mapToObj(i ->
                                        new Changes().tag(newest, new Tag("t%05d".formatted(i)), one, clock.instant()))
                                .iterator()),
                        Progress.NONE);
        for (int i = 4; i <= versions; i++) {
            registry().curation.tag(id, new Tag("moving"), i % 2 == 0 ? one : two);
        }
        return id;
    }

    private Cost cost(Runnable action) {
        watched.restart();
        action.run();
        return new Cost(watched.reads(), watched.writes(), watched.records());
    }

    @Test
    void nothing_costs_more_in_a_large_repository() {
        watched = watched();
        counted = newRegistry(watched);
        RepositoryId small = fill(SMALL, 10, 20);
        RepositoryId large = fill(LARGE, tags(), versions());
        Digest image = registry().tag(LARGE, "two").orElseThrow();
        Digest imageToo = registry().tag(SMALL, "two").orElseThrow();
        Tag tag = new Tag("t00005");

        assertThat(cost(() -> counted.curation.tag(large, tag, image)))
                .isEqualTo(cost(() -> counted.curation.tag(small, tag, imageToo)));
        assertThat(cost(() -> counted.curation.untag(large, tag)))
                .isEqualTo(cost(() -> counted.curation.untag(small, tag)));
        for (long version : List.of(3L, 50L, (long) versions())) {
            assertThat(cost(() -> counted.versions.view(large, version).tag(tag))
                            .reads())
                    .isEqualTo(2);
        }
        long head = versions() + 2L;
        assertThat(cost(() ->
                        counted.versions.differences(large, head - 2, head).forEach(d -> {})))
                .isEqualTo(
                        cost(() -> counted.versions.differences(small, 20, 22).forEach(d -> {})));
        assertThat(cost(() -> counted.curation.restore(large, head - 2, Optional.empty(), Progress.NONE)))
                .isEqualTo(cost(() -> counted.curation.restore(small, 20, Optional.empty(), Progress.NONE)));
        assertThat(registry().tag(LARGE, "t00005")).isEqualTo(registry().tag(LARGE, "one"));
        assertThat(registry().tag(SMALL, "t00005")).isEqualTo(registry().tag(SMALL, "one"));
    }

    @Test
    void restoring_costs_what_was_changed_between() {
        watched = watched();
        counted = newRegistry(watched);
        RepositoryId large = fill(LARGE, 1000, 20);
        Digest image = registry().tag(LARGE, "two").orElseThrow();
        for (int changes : List.of(10, 20, 40)) {
            long before = registry().repositories.get(large).version();
            IntStream.range(0, changes)
                    .forEach(i -> registry().curation.tag(large, new Tag("t%05d".formatted(i)), image));
            Cost cost = cost(() -> counted.curation.restore(large, before, Optional.empty(), Progress.NONE));
            assertThat(cost.records()).isLessThanOrEqualTo(changes + 5);
            assertThat(cost.reads()).isLessThanOrEqualTo(2 * changes + 12);
        }
    }

    @Test
    void promoting_costs_what_either_side_changed_since_the_last_time() {
        watched = watched();
        counted = newRegistry(watched);
        RepositoryId source = fill(LARGE, tags(), 30);
        RepositoryId target = registry()
                .repositories
                .create(RepositorySettings.named("target"))
                .id();
        Digest image = registry().tag(LARGE, "two").orElseThrow();
        registry().curation.promote(source, 30, target, Optional.empty(), Progress.NONE);
        assertThat(registry().repositories.get(target).present())
                .isEqualTo(registry().repositories.get(source).present());
        for (int changes : List.of(5, 10)) {
            for (int i = 0; i < changes; i++) {
                registry().curation.tag(source, new Tag("t%05d".formatted(i)), image);
                registry().curation.untag(source, new Tag("t%05d".formatted(i)));
                registry().curation.untag(target, new Tag("t%05d".formatted(500 + i)));
            }
            long version = registry().repositories.get(source).version();
            Cost cost = cost(() -> counted.curation.promote(source, version, target, Optional.empty(), Progress.NONE));
            assertThat(cost.records()).isLessThanOrEqualTo(3 * changes + 8);
            assertThat(cost.reads()).isLessThanOrEqualTo(12 * changes + 20);
            assertThat(registry().tag(LARGE, "t00500")).isPresent();
            assertThat(registry().repositories.get(target).present())
                    .isEqualTo(registry().repositories.get(source).present());
            IntStream.range(0, changes)
                    .forEach(i -> registry().curation.tag(source, new Tag("t%05d".formatted(i)), image));
            registry()
                    .curation
                    .promote(
                            source,
                            registry().repositories.get(source).version(),
                            target,
                            Optional.empty(),
                            Progress.NONE);
        }
    }

    /** Costs of a new image of three layers, without its uploads: see docs/benchmarks.md. */
    @Test
    void a_push_costs_the_same_whatever_is_there() {
        watched = watched();
        counted = newRegistry(watched);
        fill(SMALL, 10, 20);
        fill(LARGE, 500, 20);
        for (RepositoryName name : List.of(SMALL, LARGE)) {
            byte[] image = Images.image(registry().holdBlobs(name, 3), "new in " + name);
            assertThat(cost(() -> counted.push(name, byTag("new"), image))).isEqualTo(new Cost(9, 1, 13));
            assertThat(cost(() -> counted.push(name, byTag("again"), image))).isEqualTo(new Cost(6, 1, 5));
        }
    }
}
