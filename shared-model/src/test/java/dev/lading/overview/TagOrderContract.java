package dev.lading.overview;

import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.Change;
import dev.lading.history.NewestUnits;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tags in each of their orders, page by page, while what is listed changes. */
public abstract class TagOrderContract extends ServiceContract {
    private static final RepositoryId LARGE = RepositoryId.next(Instant.EPOCH);
    private static final int MANY = 10_000;
    private static final int PART = 80;
    private static final int VERSIONS = 500;
    private static final int READS = 6;

    private static final Comparator<TagEntry> NEWEST_SET =
            Comparator.comparingLong(TagEntry::version).reversed().thenComparing(TagEntry::name);

    /** Tags that were moved, moved back, removed, and set again. */
    private RepositoryId changed() {
        Digest first = registry().pushImage(APP, "a", "a.1", "a-1", "b").digest();
        registry().pushImage(APP, "a");
        registry().pushImage(APP, "c");
        registry().manifests.delete(APP, byTag("b"));
        registry().pushImage(APP, "d", "a2");
        registry().manifests.delete(APP, byTag("c"));
        RepositoryId id = registry().view(APP).repository();
        registry().curation.tag(id, new Tag("a"), first);
        registry().pushImage(APP, "c");
        return id;
    }

    @Test
    void each_order_has_the_tags_of_each_version_once() {
        RepositoryId id = changed();
        assertThat(names(registry().view(APP), TagOrder.BY_NAME, "", 2))
                .containsExactly("a", "a-1", "a.1", "a2", "c", "d");
        assertThat(names(registry().view(APP), TagOrder.NEWEST_SET, "", 2))
                .containsExactly("c", "a", "a2", "d", "a-1", "a.1");
        for (long version = 0; version <= 8; version++) {
            assertOrdered(registry().versions.view(id, version), "");
            assertOrdered(registry().versions.view(id, version), "a");
        }
    }

    private void cleanUp() throws IOException {
        clock.advance(Duration.ofDays(30));
        registry().cleanup.cleanUp(Duration.ofDays(1), progress -> {});
    }

    @Test
    void what_deleted_versions_set_is_in_order_before_and_after_cleanup() throws IOException {
        RepositoryId id = changed();
        registry().versions.delete(id, 5);
        registry().versions.delete(id, 7);
        assertOrdered(registry().view(APP), "");
        cleanUp();
        assertOrdered(registry().view(APP), "");

        // The newest is undone, and what it set is not there.
        registry().versions.delete(id, 8);
        assertOrdered(registry().view(APP), "");
        registry().pushImage(APP, "e");
        assertOrdered(registry().view(APP), "");
    }

    @Test
    void an_order_says_where_it_ends() throws IOException {
        RepositoryId id = changed();
        var summaries = new TagSummaries(metadata());
        for (long version = 0; version < 5; version++) {
            registry().versions.delete(id, version);
        }
        cleanUp();

        var first = summaries.list(registry().view(APP), TagOrder.NEWEST_SET, "", "", 2, 0);
        assertThat(first.oldest()).isEmpty();
        var last = summaries.list(
                registry().view(APP), TagOrder.NEWEST_SET, "", first.next().orElseThrow(), 50, 0);
        assertThat(last.tags()).extracting(each -> each.tag().name()).containsExactly("a2", "d");
        assertThat(last.oldest()).hasValue(5);
        assertThat(summaries
                        .list(registry().view(APP), TagOrder.NEWEST_SET, "no", "", 50, 0)
                        .oldest())
                .hasValue(5);
        // As many as there are were found.
        registry().pushImage(APP, "a.1", "a-1");
        assertOrdered(registry().view(APP), "");
    }

    @Test
    void of_a_version_with_a_long_log_come_the_newest() {
        RepositoryId id = RepositoryId.next(Instant.EPOCH);
        List<TagEntry> tags = IntStream.range(0, 210)
                .mapToObj(number -> tag(id, "tag-%03d".formatted(number), 1))
                .toList();
        List<Write> writes = new ArrayList<>();
        for (int part = 0; part < tags.size(); part++) {
            add(writes, tags.get(part).put());
            add(writes, part(id, part, List.of(Change.of(tags.get(part))), List.of()));
        }
        List<NewestUnits.Unit> newest = tags.subList(205, 210).stream()
                .map(tag -> new NewestUnits.Unit(tag.name(), tag.id().orElseThrow()))
                .toList();
        add(writes, part(id, tags.size(), List.of(), List.of(new NewestUnits(TagEntry.TABLE.name(), newest, true))));
        add(writes, version(id, 0, 0, List.of()));
        add(writes, version(id, 1, tags.size(), List.of()));
        TagEntry last = tag(id, "last", 2);
        add(writes, last.put());
        add(writes, version(id, 2, tags.size() + 1, List.of(Change.of(last))));
        metadata().write(writes);

        var listed = new TagSummaries(metadata())
                .list(RepositoryView.at(metadata(), id, 2), TagOrder.NEWEST_SET, "", "", 50, 0);
        assertThat(listed.tags())
                .extracting(each -> each.tag().name())
                .containsExactly("last", "tag-205", "tag-206", "tag-207", "tag-208", "tag-209");
        assertThat(listed.oldest()).hasValue(1);
        assertThat(names(RepositoryView.at(metadata(), id, 2), TagOrder.BY_NAME_DESCENDING, "", 7))
                .hasSize(211)
                .startsWith("tag-209", "tag-208")
                .endsWith("tag-000", "last");
    }

    @Test
    void pushes_between_two_pages_repeat_nothing_and_hide_nothing_else() {
        changed();
        for (TagOrder order : TagOrder.values()) {
            List<String> before = names(registry().view(APP), order, "", 50);
            var summaries = new TagSummaries(metadata());
            var first = summaries.list(registry().view(APP), order, "", "", 2, 0);
            registry().pushImage(APP, "0-" + order, "z-" + order);
            registry().pushImage(APP, before.getFirst());
            var rest =
                    summaries.list(registry().view(APP), order, "", first.next().orElseThrow(), 50, 0);

            assertThat(rest.tags())
                    .extracting(each -> each.tag().name())
                    .as("%s", order)
                    .filteredOn(before::contains)
                    .containsExactlyElementsOf(before.subList(2, before.size()));
        }
    }

    @Test
    void a_cursor_that_is_none_begins_anew() {
        changed();
        RepositoryView view = registry().view(APP);
        var summaries = new TagSummaries(metadata());
        for (TagOrder order : TagOrder.values()) {
            var first = summaries.list(view, order, "a", "", 50, 0).tags();
            for (String after : List.of(
                    "~",
                    "#",
                    " ",
                    "a#1",
                    "/",
                    "1/",
                    "/a",
                    "-1/a",
                    "99999999999/a",
                    "8/a b",
                    "é",
                    "\u0000",
                    "\uD800",
                    "x".repeat(5_000),
                    "8/" + "x".repeat(5_000))) {
                assertThat(summaries.list(view, order, "a", after, 50, 0).tags())
                        .as("%s after %s", order, after)
                        .isEqualTo(first);
            }
            for (String prefix : List.of("~", "#", "\u0000", "\uD800", "x".repeat(5_000))) {
                assertThat(summaries.list(view, order, prefix, "", 50, 0).tags())
                        .isEmpty();
            }
        }
        // Within the range of one order only.
        assertThat(summaries.list(view, TagOrder.BY_NAME, "a", "z", 50, 0).tags())
                .hasSize(4);
        assertThat(summaries.list(view, TagOrder.NEWEST_SET, "a", "0/a", 50, 0).tags())
                .isEmpty();
        assertThat(summaries
                        .list(view, TagOrder.NEWEST_SET, "a", "9999999999/a", 50, 0)
                        .tags())
                .hasSize(4);
    }

    @Test
    void signatures_are_told_from_the_log_as_well() {
        Digest signed = registry().pushImage(APP, "signed").digest();
        registry().pushImage(APP, Companions.signature(signed).value());
        registry().pushImage(APP, "other");
        RepositoryId id = registry().view(APP).repository();
        registry().versions.delete(id, 2);

        assertThat(new TagSummaries(metadata())
                        .list(registry().view(APP), TagOrder.NEWEST_SET, "", "", 50, 0)
                        .tags())
                .extracting(each -> each.tag().name() + " " + each.signed())
                .startsWith("other NO")
                .endsWith("signed YES")
                .hasSize(3);
    }

    @Test
    void a_page_costs_few_reads_among_10000_tags_and_500_versions_in_each_order() {
        large();
        RepositoryView view = RepositoryView.at(metadata(), LARGE, VERSIONS);
        WatchedMetadataStore store = watched();
        var summaries = new TagSummaries(store);
        for (TagOrder order : TagOrder.values()) {
            List<TagEntry> expected = expected(view, order, "tag-00");
            assertThat(expected).hasSize(1_000);
            List<TagEntry> found = new ArrayList<>();
            Optional<String> next = Optional.of("");
            while (next.isPresent()) {
                store.restart();
                var page = summaries.list(view, order, "tag-00", next.get(), 100, 0);
                assertThat(store.reads()).as("%s after %s", order, next).isLessThanOrEqualTo(READS);
                assertThat(page.oldest()).isEmpty();
                page.tags().forEach(each -> found.add(each.tag()));
                next = page.next();
            }
            assertThat(found).isEqualTo(expected);
        }
    }

    private void assertOrdered(RepositoryView view, String prefix) {
        for (TagOrder order : TagOrder.values()) {
            List<String> expected =
                    expected(view, order, prefix).stream().map(TagEntry::name).toList();
            for (int limit : new int[] {1, 2, 50}) {
                assertThat(names(view, order, prefix, limit))
                        .as("%s of version %d by %d", order, view.version(), limit)
                        .isEqualTo(expected);
            }
        }
    }

    private static List<TagEntry> expected(RepositoryView view, TagOrder order, String prefix) {
        Comparator<TagEntry> comparator = switch (order) {
            case BY_NAME -> Comparator.comparing(TagEntry::name);
            case BY_NAME_DESCENDING -> Comparator.comparing(TagEntry::name).reversed();
            case NEWEST_SET -> NEWEST_SET;
        };
        return view.stream(TagEntry.TABLE)
                .filter(tag -> tag.name().startsWith(prefix))
                .sorted(comparator)
                .toList();
    }

    /** All of an order, which tells all. */
    private List<String> names(RepositoryView view, TagOrder order, String prefix, int limit) {
        List<String> names = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            var page = new TagSummaries(metadata()).list(view, order, prefix, next.get(), limit, 0);
            assertThat(page.tags().size()).isLessThanOrEqualTo(limit);
            assertThat(page.oldest()).isEqualTo(OptionalLong.empty());
            page.tags().forEach(each -> names.add(each.tag().name()));
            next = page.next();
        }
        return names;
    }

    /** Version 1 sets all tags; each later one moves one of them. */
    private void large() {
        List<Write> writes = new ArrayList<>();
        add(
                writes,
                Write.put(
                        Repository.TABLE,
                        Repository.empty(LARGE, RepositorySettings.named("large"), clock.instant())
                                .grown(VERSIONS, ContentCounts.NONE)));
        for (int first = 0; first < MANY; first += PART) {
            List<Change> log = new ArrayList<>();
            for (int number = first; number < first + PART; number++) {
                TagEntry set = tag(LARGE, name(number), 1);
                add(writes, set.put());
                log.add(Change.of(set));
            }
            add(writes, part(LARGE, first / PART, log, List.of()));
        }
        add(writes, version(LARGE, 0, 0, List.of()));
        add(writes, version(LARGE, 1, MANY, List.of()));
        for (int version = 2; version <= VERSIONS; version++) {
            TagEntry moved = tag(LARGE, name(version * 19), version);
            add(writes, moved.put());
            add(writes, version(LARGE, version, MANY, List.of(Change.of(moved))));
        }
        metadata().write(writes);
    }

    private static String name(int number) {
        return "tag-%05d".formatted(number);
    }

    private TagEntry tag(RepositoryId repository, String name, long version) {
        Digest digest = Digest.of(Digest.SHA256, (name + version).getBytes(UTF_8));
        return new TagEntry(
                repository, new Tag(name), version, Optional.of(digest), Optional.of(UuidV7.random(clock.instant())));
    }

    private static Write part(RepositoryId repository, int number, List<Change> log, List<NewestUnits> newest) {
        return Write.put(Change.Part.TABLE, new Change.Part(repository, 1, number, log, newest));
    }

    private Write version(RepositoryId repository, long number, int tags, List<Change> log) {
        return Write.put(
                RepositoryVersion.TABLE,
                new RepositoryVersion(
                        repository,
                        number,
                        clock.instant(),
                        Optional.empty(),
                        new ContentCounts(tags, 0, 0),
                        ContentCounts.NONE,
                        ContentCounts.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        log,
                        0));
    }

    private void add(List<Write> writes, Write write) {
        writes.add(write);
        if (writes.size() == MetadataStore.MAX_WRITES) {
            metadata().write(writes);
            writes.clear();
        }
    }
}
