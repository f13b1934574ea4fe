package dev.lading.repository;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.BulkHistory;
import dev.lading.commit.Progress;
import dev.lading.commit.VersionWriter;
import dev.lading.history.Changes;
import dev.lading.history.Difference;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Versions that were made elsewhere appear all at once under their numbers, or none does, wherever the writer dies. */
public abstract class ImportedHistoryContract extends ServiceContract {
    private static final RepositoryName TARGET = new RepositoryName("team/imported");
    private static final Instant ELSEWHERE = Instant.parse("2020-02-02T02:02:02Z");
    private static final VersionNote NOTE = new VersionNote("as it left");

    private RepositoryId source;
    private RepositoryId target;

    /** Makes versions 0, 1, 3, 5 and 6, of which 5 has more rows than a transaction takes. */
    private void prepare() {
        registry().pushImage(APP, "first", "moving");
        registry().pushImage(APP, "second");
        registry().pushImage(APP, "moving");
        registry().manifests.delete(APP, byTag("first"));
        registry().push(APP, byTag("large"), Images.image(registry().holdBlobs(APP, 120), "large"));
        registry().manifests.delete(APP, byTag("moving"));
        source = registry().view(APP).repository();
        registry().versions.delete(source, 2);
        registry().versions.delete(source, 4);
        target = registry().repositories.getOrCreate(TARGET);
    }

    private List<Long> sourceNumbers() {
        return registry().log(APP).stream().map(RepositoryVersion::version).toList();
    }

    /** All versions of the source that the target lacks. */
    private BulkHistory history() {
        return upTo(Long.MAX_VALUE, List.of());
    }

    private BulkHistory upTo(long last, List<Write> fence) {
        return head -> new BulkHistory.Plan(
                registry().log(APP).stream()
                        .filter(version -> version.version() > head.version() && version.version() <= last)
                        .map(this::version)
                        .iterator(),
                fence,
                newest -> List.of(),
                OptionalLong.empty());
    }

    private BulkHistory.Version version(RepositoryVersion of) {
        return new BulkHistory.Version(
                of.version(),
                ELSEWHERE.plusSeconds(of.version()),
                of.base(),
                Optional.of(NOTE),
                before -> registry()
                        .versions
                        .changes(source, of.version())
                        .map(difference -> change(difference, before))
                        .iterator());
    }

    private Changes change(Difference difference, RepositoryView before) {
        if (difference.added().isEmpty()) {
            return new Changes()
                    .add(difference.removed().orElseThrow().copyTo(target, 0).removedAt(before.nextVersion()));
        }
        var row = difference.added().get().copyTo(target, before.nextVersion());
        var changes = new Changes().set(row, before.row(row.table(), row.name()).filter(there -> there.present()));
        row.unit()
                .map(unit -> RepositoryContent.put(unit, target, clock.instant()))
                .ifPresent(changes::with);
        return changes;
    }

    private static long take(Registry registry, RepositoryId target, BulkHistory history) {
        return registry.repositories.append(target, history, Progress.NONE);
    }

    private Stored stored() {
        return new Stored(registry(), metadata(), blobs());
    }

    private void requireAll() {
        assertThat(registry().versions(TARGET)).isEqualTo(sourceNumbers());
        for (long number : sourceNumbers()) {
            assertThat(stored().contents(target, number)).isEqualTo(stored().contents(source, number));
        }
        assertThat(registry().view(TARGET).version()).isEqualTo(6);
    }

    private void requireNone() {
        assertThat(registry().versions.list(target, Optional.empty(), 100).records())
                .extracting(RepositoryVersion::version)
                .containsExactly(0L);
        assertThat(registry().versions.find(target, 3)).isEmpty();
        assertThat(registry().versions.firstFrom(target, 1)).isEmpty();
        assertThatThrownBy(() -> registry().versions.view(target, 6)).isInstanceOf(EntityUnknown.class);
        assertThat(registry().tags(TARGET)).isEmpty();
        assertThat(registry().repositories.get(target).present().manifests()).isZero();
    }

    private void requireAllOrNone() {
        if (registry().view(TARGET).version() == 0) {
            requireNone();
        } else {
            requireAll();
        }
    }

    @Test
    void versions_appear_all_at_once_with_their_numbers() {
        prepare();
        WatchedMetadataStore store = watched().afterWrite(write -> requireAllOrNone());

        assertThat(take(newRegistry(store), target, history())).isEqualTo(6);

        assertThat(store.writes()).isGreaterThan(8);
        requireAll();
        assertThat(sourceNumbers()).containsExactly(0L, 1L, 3L, 5L, 6L);
    }

    @Test
    void versions_keep_their_notes_and_dates_and_are_counted() {
        prepare();
        take(registry(), target, history());

        for (long number : List.of(1L, 3L, 5L, 6L)) {
            RepositoryVersion one = registry().versions.get(source, number);
            RepositoryVersion other = registry().versions.get(target, number);
            assertThat(other.present()).isEqualTo(one.present());
            assertThat(other.added()).isEqualTo(one.added());
            assertThat(other.removed()).isEqualTo(one.removed());
            assertThat(other.note()).contains(NOTE);
            assertThat(other.sourceCreated()).contains(ELSEWHERE.plusSeconds(number));
            assertThat(other.created()).isEqualTo(clock.instant());
            assertThat(stored().differences(target, 1, number)).isEqualTo(stored().differences(source, 1, number));
        }
        Repository head = registry().repositories.get(target);
        assertThat(head.kept()).isEqualTo(5);
        assertThat(head.present()).isEqualTo(registry().repositories.get(source).present());
        assertThat(registry().pushImage(TARGET, "own").version()).isEqualTo(7);
    }

    @Test
    void later_versions_follow_those_that_came_before() {
        prepare();
        assertThat(take(registry(), target, upTo(3, List.of()))).isEqualTo(3);
        assertThat(take(registry(), target, history())).isEqualTo(6);
        requireAll();
        assertThat(take(registry(), target, history())).isEqualTo(6);
        requireAll();
    }

    @Test
    void a_number_that_was_given_out_is_not_taken_again() {
        prepare();
        registry().pushImage(TARGET, "own");
        registry().versions.delete(target, 1);

        assertThatThrownBy(() -> take(registry(), target, history())).isInstanceOf(IllegalArgumentException.class);

        requireNone();
        assertThat(registry().pushImage(TARGET, "own").version()).isEqualTo(2);
    }

    @Test
    void a_condition_that_does_not_hold_leaves_nothing() {
        prepare();
        RepositoryVersion changed = registry().versions.get(source, 1).noted(NOTE);
        Write fence = Write.checkUnchanged(RepositoryVersion.TABLE, changed);
        List<String> before = stored().everything();

        // Time passes, so that it does not try for ever.
        Registry trying = newRegistry(watched().beforeWrite(write -> clock.advance(Duration.ofSeconds(1))));
        assertThatThrownBy(() -> take(trying, target, upTo(6, List.of(fence)))).isInstanceOf(StoreBusy.class);

        requireNone();
        assertThat(stored().everything()).isEqualTo(before);
    }

    @Test
    void a_writer_that_dies_before_any_write_leaves_nothing_and_the_next_goes_on() {
        dies(write -> watched().dieBeforeWrite(write));
    }

    @Test
    void a_writer_that_dies_after_any_write_leaves_all_or_nothing_and_the_next_goes_on() {
        dies(write -> watched().dieAfterWrite(write));
    }

    /** Dies at each write in turn: so the second time, what a sweep has to delete is of the first. */
    private void dies(IntFunction<WatchedMetadataStore> dying) {
        prepare();
        List<String> before = stored().everything();
        for (int write = 1; ; write++) {
            Registry registry = newRegistry(dying.apply(write));
            try {
                take(registry, target, history());
                break;
            } catch (ProcessDied died) {
                requireAllOrNone();
            }
            clock.advance(VersionWriter.LEASE.plusSeconds(1));
            if (registry().view(TARGET).version() == 6) {
                break;
            }
            if (write % 5 == 0) {
                // Whoever comes next sweeps, and finds the number free.
                assertThat(newRegistry(metadata()).repositories.commit(target, newest -> new Changes()))
                        .isZero();
                requireNone();
                assertThat(stored().everything()).isEqualTo(before);
                assertThat(metadata()
                                .query(RepositoryVersion.TABLE, RepositoryVersion.between(target, 1, 100, 10))
                                .records())
                        .isEmpty();
            }
        }
        assertThat(take(newRegistry(metadata()), target, history())).isEqualTo(6);
        requireAll();
    }

    @Test
    void what_a_dead_writer_left_counts_for_nobody() throws Exception {
        prepare();
        registry()
                .repositories
                .update(
                        target,
                        settings -> new RepositorySettings(
                                settings.name(),
                                Optional.empty(),
                                Labels.NONE,
                                Optional.of(1),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()));
        List<String> before = stored().everything();
        Registry dying = newRegistry(watched().dieBeforeWrite(10));
        assertThatThrownBy(() -> take(dying, target, history())).isInstanceOf(ProcessDied.class);

        registry().repositories.retain(target);
        requireNone();
        clock.advance(VersionWriter.LEASE.plusSeconds(1));
        registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});
        requireNone();
        assertThat(registry().pushImage(TARGET, "own").version()).isEqualTo(1);
        assertThat(registry().versions(TARGET)).containsExactly(1L);
        registry().repositories.delete(target);
        assertThat(stored().everything().stream().filter(row -> !before.contains(row)))
                .isEmpty();
    }

    @Test
    void many_small_versions_come_and_lists_of_the_newest_are_those_of_the_source() {
        List<Digest> pushed = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pushed.add(registry().pushImage(APP, "t" + i % 7).digest());
        }
        source = registry().view(APP).repository();
        target = registry().repositories.getOrCreate(TARGET);
        assertThat(take(registry(), target, history())).isEqualTo(40);
        assertThat(registry().view(TARGET).manifest(pushed.getLast())).isPresent();
        assertThat(registry().versions(TARGET)).hasSize(41);
        ContentUnit newest = registry()
                .view(TARGET)
                .tagEntry(new Tag("t4"))
                .flatMap(tag -> tag.unit())
                .orElseThrow();
        assertThat(registry().view(APP).holds(newest)).isTrue();
    }
}
