package dev.lading.curation;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.BulkChange;
import dev.lading.commit.Progress;
import dev.lading.history.Changes;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restoring and promoting a difference of many tags: visible at once, and not at all if the process dies. */
public abstract class LargeRewriteContract extends ServiceContract {
    private static final RepositoryName OTHER = new RepositoryName("other");
    private static final Tag SOME = new Tag("t00007");

    /** More tags than one write takes, and few enough to write four times. */
    private static final int SEVERAL_PARTS = 1_000;

    private int differing;
    private RepositoryId app;
    private Digest one;
    private Digest two;

    /** The number of tags that differ. */
    protected int tags() {
        return 250;
    }

    /** Makes version 3, with all tags on the first image, and version 4, with all on the second. */
    private void prepare(int tags) {
        differing = tags;
        List<Digest> blobs = registry().holdBlobs(APP, 1);
        one = registry().push(APP, byTag("one"), Images.image(blobs, "one")).digest();
        two = registry().push(APP, byTag("two"), Images.image(blobs, "two")).digest();
        app = registry().view(APP).repository();
        setAll(one);
        setAll(two);
    }

    private void setAll(Digest image) {
        registry()
                .repositories
                .rewrite(
                        app,
                        newest -> BulkChange.Plan.of(IntStream.range(0, differing)
                                .mapToObj(i -> new Changes()
                                        .tag(newest, new Tag("t%05d".formatted(i)), image, clock.instant()))
                                .iterator()),
                        Progress.NONE);
    }

    @Test
    void a_restored_version_is_seen_all_at_once() {
        prepare(tags());
        Registry restoring = newRegistry(watched().afterWrite(write -> requireAllOrNothing()));
        List<Long> steps = new ArrayList<>();
        assertThat(restoring.curation.restore(app, 3, Optional.empty(), (done, total) -> steps.add(done)))
                .isEqualTo(5);
        assertThat(registry().tag(APP, "t00007")).contains(one);
        assertThat(steps).isSorted().hasSizeGreaterThan(3);
        assertThat(steps.getLast()).isEqualTo(tags());
        assertThat(registry().versions.get(app, 5).present()).isEqualTo(new ContentCounts(tags() + 2, 2, 1));
    }

    private void requireAllOrNothing() {
        var view = registry().view(APP);
        Digest all = view.tag(SOME).orElseThrow();
        for (int i : new int[] {0, differing / 2, differing - 1}) {
            assertThat(view.tag(new Tag("t%05d".formatted(i)))).contains(all);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void a_restore_that_dies_leaves_the_old_version_and_no_trace(int write) {
        prepare(Math.min(tags(), SEVERAL_PARTS));
        List<String> before = new Stored(registry(), metadata(), blobs()).everything();
        Registry dying = newRegistry(watched().dieAfterWrite(write));
        assertThatThrownBy(() -> dying.curation.restore(app, 3, Optional.empty(), Progress.NONE))
                .isInstanceOf(ProcessDied.class);
        assertThat(registry().tag(APP, "t00007")).contains(two);
        clock.advance(Duration.ofMinutes(1));
        assertThat(newRegistry(metadata()).curation.restore(app, 4, Optional.empty(), Progress.NONE))
                .isEqualTo(4);
        assertThat(new Stored(registry(), metadata(), blobs()).everything()).isEqualTo(before);
        assertThat(newRegistry(metadata()).curation.restore(app, 3, Optional.empty(), Progress.NONE))
                .isEqualTo(5);
        requireAllOrNothing();
    }

    @Test
    void a_restore_is_cancelled_between_parts() {
        prepare(Math.min(tags(), SEVERAL_PARTS));
        assertThatThrownBy(() -> registry().curation.restore(app, 3, Optional.empty(), (done, total) -> {
                    if (done > 100) {
                        throw new CancellationException("enough");
                    }
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(registry().tag(APP, "t00007")).contains(two);
        assertThat(registry().pushImage(APP, "next").version()).isEqualTo(5);
        assertThat(registry().tag(APP, "t00007")).contains(two);
    }

    @Test
    void a_promotion_of_many_tags_is_the_same_in_both() {
        prepare(tags());
        RepositoryId other = registry().repositories.getOrCreate(OTHER);
        report("first promotion", () -> registry().curation.promote(app, 3, other, Optional.empty(), Progress.NONE));
        assertThat(registry().tag(OTHER, "t00007")).contains(one);
        report("promotion", () -> registry().curation.promote(app, 4, other, Optional.empty(), Progress.NONE));
        assertThat(registry().tag(OTHER, "t00007")).contains(two);
        report("restore", () -> registry().curation.restore(app, 3, Optional.empty(), Progress.NONE));
        assertThat(registry().tag(APP, "t00007")).contains(one);
        var stored = new Stored(registry(), metadata(), blobs());
        assertThat(stored.contents(other, 2)).isEqualTo(stored.contents(app, 4));
    }

    private void report(String what, Runnable action) {
        long start = System.nanoTime();
        action.run();
        System.out.printf("%s of %d tags: %d ms%n", what, tags(), (System.nanoTime() - start) / 1_000_000);
    }
}
