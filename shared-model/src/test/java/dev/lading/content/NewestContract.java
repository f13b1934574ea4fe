package dev.lading.content;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.commit.BulkChange;
import dev.lading.commit.Progress;
import dev.lading.history.Change;
import dev.lading.history.ChangeLog;
import dev.lading.history.ChangeLog.Named;
import dev.lading.history.Changes;
import dev.lading.history.Difference;
import dev.lading.history.NewestFirst;
import dev.lading.history.NewestUnits;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.Length;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The newest content of a version, and the names of what two show differently, as the log tells them. */
public abstract class NewestContract extends ServiceContract {
    private static final Duration PROTECTION = Duration.ofHours(1);
    private static final int PAGE = 20;
    private static final int MANY = NewestUnits.MOST + 150;

    private RepositoryId app;
    private Digest one;
    private Digest two;

    /** One of so many pairs of versions is compared. */
    protected int pairs() {
        return Length.of(3, 1);
    }

    @BeforeEach
    void push() {
        List<Digest> blobs = registry().holdBlobs(APP, 1);
        one = registry().push(APP, byTag("one"), Images.image(blobs, "one")).digest();
        clock.advance(Duration.ofSeconds(1));
        two = registry().push(APP, byTag("two"), Images.image(blobs, "two")).digest();
        clock.advance(Duration.ofSeconds(1));
        app = registry().view(APP).repository();
    }

    /** Sets tags in one version, some of them before others as the clock has it, in no order of their names. */
    private long setMany(RepositoryId repository, int from, int to, Digest image) {
        return rewrite(
                repository,
                newest -> IntStream.range(from, to).mapToObj(i -> {
                    clock.advance(Duration.ofMillis(1 + i % 3));
                    return new Changes().tag(newest, tag((i * 7919) % (to - from) + from), image, clock.instant());
                }));
    }

    private long rewrite(RepositoryId repository, Function<RepositoryView, Stream<Changes>> steps) {
        clock.advance(Duration.ofSeconds(1));
        long version = registry()
                .repositories
                .rewrite(
                        repository,
                        newest -> BulkChange.Plan.of(steps.apply(newest).iterator()),
                        Progress.NONE);
        clock.advance(Duration.ofSeconds(1));
        return version;
    }

    private static Tag tag(int number) {
        return new Tag("t%05d".formatted(number));
    }

    private RepositoryView view(RepositoryId repository, long version) {
        return registry().versions.view(repository, version);
    }

    private static List<String> sorted(Stream<? extends Content> rows) {
        return rows.flatMap(row -> row.unit().stream())
                .sorted(Comparator.comparing(ContentUnit::id).reversed())
                .map(ContentUnit::name)
                .toList();
    }

    private Optional<List<String>> newest(RepositoryId repository, long version, long after, int count) {
        return new NewestFirst(metadata(), view(repository, version), after, Set.of(TagEntry.TABLE.name()))
                .first(count)
                .map(rows -> rows.stream()
                        .map(row -> row.unit().orElseThrow().name())
                        .toList());
    }

    /** The first as the log tells them, which it must, are the first of all. */
    private void requireNewest(RepositoryId repository, long version) {
        List<String> all = sorted(view(repository, version).stream(TagEntry.TABLE));
        assertThat(newest(repository, version, 0, PAGE)).contains(all.subList(0, Math.min(PAGE, all.size())));
    }

    @Test
    void the_newest_of_single_pushes_are_found_without_the_others() {
        IntStream.range(0, 120).forEach(i -> {
            clock.advance(Duration.ofSeconds(1));
            registry().curation.tag(app, tag(i % 90), i % 2 == 0 ? one : two);
        });
        long version = registry().view(APP).version();
        requireNewest(app, version);
        requireNewest(app, version - 60);
        requireNewest(app, 1);

        WatchedMetadataStore store = watched();
        new NewestFirst(store, RepositoryView.at(store, app, version), 0, Set.of(TagEntry.TABLE.name())).first(PAGE);
        // One page of versions, and one request for their rows.
        assertThat(store.reads()).isEqualTo(2);
    }

    @Test
    void the_newest_of_a_large_version_are_found_without_the_others() {
        long version = setMany(app, 0, MANY, one);
        requireNewest(app, version);
        WatchedMetadataStore store = watched();
        new NewestFirst(store, RepositoryView.at(store, app, version), 0, Set.of(TagEntry.TABLE.name())).first(PAGE);
        assertThat(store.reads()).isBetween(PAGE, PAGE + 5);

        assertThat(newest(app, version, version - 1, NewestUnits.MOST))
                .contains(sorted(registry().content.added(app, version, ContentKind.TAG))
                        .subList(0, NewestUnits.MOST));
        assertThat(newest(app, version, 0, NewestUnits.MOST + 1))
                .as("more than is known")
                .isEmpty();
    }

    @Test
    void what_was_moved_or_removed_since_is_not_among_them() {
        setMany(app, 0, MANY, one);
        long moved = setMany(app, MANY - 90, MANY, two);
        requireNewest(app, moved);
        requireNewest(app, moved - 1);
        long removed = rewrite(
                app,
                newest -> IntStream.range(MANY - 60, MANY)
                        .mapToObj(i -> new Changes()
                                .add(newest.tagEntry(tag(i)).orElseThrow().removedAt(newest.nextVersion()))));
        requireNewest(app, removed);
        long back = registry().curation.restore(app, moved - 1, Optional.empty(), Progress.NONE);
        requireNewest(app, back);
    }

    @Test
    void what_was_copied_is_as_old_as_where_it_came_from() {
        setMany(app, 0, MANY, one);
        clock.advance(Duration.ofHours(1));
        RepositoryName other = new RepositoryName("other");
        registry().pushImage(other, "own");
        RepositoryId copy = registry().view(other).repository();
        long copied = registry()
                .curation
                .copyTags(app, registry().view(APP).version(), Optional.empty(), copy, Progress.NONE);
        requireNewest(copy, copied);
    }

    @Test
    void deleted_versions_are_told_or_nothing_is() throws IOException {
        Random random = new Random(11);
        setMany(app, 0, 200, one);
        for (int i = 0; i < 60; i++) {
            clock.advance(Duration.ofSeconds(1));
            registry().curation.tag(app, tag(random.nextInt(230)), random.nextBoolean() ? one : two);
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 8; i++) {
                List<Long> kept = registry().versions(APP);
                registry().versions.delete(app, kept.get(random.nextInt(kept.size())));
            }
            requireAllAlike(random);
            clock.advance(PROTECTION.multipliedBy(3));
            registry().cleanup.cleanUp(PROTECTION, deleted -> {});
            requireAllAlike(random);
        }
    }

    private void requireAllAlike(Random random) {
        int told = 0;
        List<Long> kept = registry().versions(APP);
        for (long version : kept) {
            List<String> all = sorted(view(app, version).stream(TagEntry.TABLE));
            int count = Math.min(5, all.size());
            Optional<List<String>> newest = newest(app, version, 0, 5);
            newest.ifPresent(first -> assertThat(first).isEqualTo(all.subList(0, count)));
            told += newest.isPresent() ? 1 : 0;
            requireNames(version, kept.get(random.nextInt(kept.size())));
        }
        assertThat(told).isGreaterThan(kept.size() / 3);
    }

    /** Names as the log tells them, if it does, are those of the differences. */
    private boolean requireNames(long from, long to) {
        Optional<Stream<Named>> names = registry().versions.names(view(app, from), view(app, to));
        List<Named> named = names.map(Stream::toList).orElse(List.of());
        if (names.isPresent()) {
            List<Named> differing = registry()
                    .versions
                    .differences(app, from, to)
                    .flatMap(NewestContract::named)
                    .toList();
            assertThat(named).containsExactlyInAnyOrderElementsOf(differing);
            assertThat(named)
                    .allSatisfy(name -> assertThat(ChangeLog.difference(view(app, from), view(app, to), name))
                            .isPresent());
        }
        return names.isPresent();
    }

    private static Stream<Named> named(Difference difference) {
        return ContentKind.in(difference.table().name()).stream().map(kind -> new Named(kind, difference.name()));
    }

    @Test
    void names_of_differences_are_those_of_the_log() {
        setMany(app, 0, 200, one);
        setMany(app, 50, 100, two);
        setMany(app, 70, 120, one);
        registry().pushImage(APP, "image");
        registry().curation.untag(app, tag(3));
        registry().curation.tag(app, tag(3), one);
        registry().curation.untag(app, tag(5));
        registry().curation.restore(app, 3, Optional.empty(), Progress.NONE);
        List<Long> kept = registry().versions(APP);
        // Each version is compared with some others, in both directions.
        for (int from = 0; from < kept.size(); from++) {
            for (int to = 0; to < kept.size(); to++) {
                if ((from + to) % pairs() == 0) {
                    assertThat(requireNames(kept.get(from), kept.get(to))).isTrue();
                }
            }
        }
    }

    @Test
    void names_of_one_large_version_are_read_without_rows() {
        long version = setMany(app, 0, MANY, one);
        RepositoryView before = view(app, version - 1);
        RepositoryView after = view(app, version);
        WatchedMetadataStore store = watched();
        assertThat(new ChangeLog(store, app).names(before, after).orElseThrow()).hasSize(MANY);
        assertThat(store.reads()).isLessThanOrEqualTo(3);
    }

    @Test
    void a_folder_of_an_earlier_build_tells_nothing_of_large_versions() {
        long version = setMany(app, 0, MANY, one);
        var last = metadata()
                .query(Change.Part.TABLE, Change.Part.last(app, version))
                .records()
                .getFirst();
        metadata().write(Write.delete(Change.Part.TABLE, last));
        assertThat(newest(app, version, 0, PAGE)).isEmpty();
        assertThat(registry().versions.get(app, version))
                .extracting(RepositoryVersion::changes)
                .isEqualTo(List.of());
    }
}
