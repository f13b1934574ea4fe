package dev.lading.overview;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.audit.Acting;
import dev.lading.audit.Actor;
import dev.lading.commit.BulkChange;
import dev.lading.commit.Progress;
import dev.lading.content.LastPulls;
import dev.lading.distribution.NewNames;
import dev.lading.history.Change;
import dev.lading.history.Changes;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentCounts;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.UuidV7;
import dev.lading.metadata.Write;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.overview.TagDifferences.Moved;
import dev.lading.overview.TagDifferences.Side;
import dev.lading.repository.RepositoryService;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is shown of repositories, and what it costs. */
public abstract class OverviewContract extends ServiceContract {
    private static final RepositoryName LIVE = new RepositoryName("team/live");
    private static final RepositoryId LARGE = RepositoryId.next(Instant.EPOCH);
    private static final int MANY = 10_000;
    private static final int PART = 80;
    private static final int VERSIONS = 500;
    private static final int LIST_READS = 6;
    private static final int COMPARE_READS = 5;

    @Test
    void tags_are_listed_with_what_their_manifests_tell() {
        Digest image = registry().pushImage(APP, "v1", "v1.0").digest();
        registry().pushImage(APP, "v2");
        registry().pushImage(APP, "other");
        registry().curation.tag(registry().view(APP).repository(), new Tag("v3"), image);
        new LastPulls(metadata(), clock)
                .pulled(registry().manifests.get(registry().pull(APP), byTag("v2")));
        RepositoryView view = registry().view(APP);

        var first = new TagSummaries(metadata()).list(view, TagOrder.BY_NAME, "v", "", 2, 0);
        assertThat(first.tags()).extracting(each -> each.tag().name()).containsExactly("v1", "v1.0");
        assertThat(first.tags().getFirst().manifest().orElseThrow().digest()).isEqualTo(image);
        assertThat(first.tags().getFirst().pulled()).isEmpty();
        assertThat(first.next()).contains("v1.0");

        var rest = new TagSummaries(metadata()).list(view, TagOrder.BY_NAME, "v", "v1.0", 2, 0);
        assertThat(rest.tags()).extracting(each -> each.tag().name()).containsExactly("v2", "v3");
        assertThat(rest.tags().getFirst().pulled()).contains(clock.instant());
        // Its manifest was there before, and is found if it may be looked up.
        assertThat(rest.tags().getLast().manifest()).isEmpty();
        assertThat(rest.next()).isEmpty();
        assertThat(new TagSummaries(metadata())
                        .list(view, TagOrder.BY_NAME, "v3", "", 2, 1)
                        .tags()
                        .getFirst()
                        .manifest())
                .isPresent();
        assertThat(new TagSummaries(metadata())
                        .list(view, TagOrder.BY_NAME, "w", "", 2, 1)
                        .tags())
                .isEmpty();
    }

    @Test
    void signatures_are_found_by_name_and_by_subject() {
        Digest byName = registry().pushImage(APP, "by-name").digest();
        registry().pushImage(APP, Companions.signature(byName).value());
        Digest bySubject = registry().pushImage(APP, "by-subject").digest();
        byte[] signature = new String(
                        Images.referrer(registry().pushBlob(APP, Bytes.random(9)), bySubject, "signed"), UTF_8)
                .replaceFirst("\\{", "{\"artifactType\":\"application/vnd.dev.cosign.artifact.sig.v1+json\",")
                .getBytes(UTF_8);
        registry().push(APP, byDigest(Digest.of(Digest.SHA256, signature)), signature);
        registry().pushImage(APP, "unsigned");

        assertThat(new TagSummaries(metadata())
                        .list(registry().view(APP), TagOrder.BY_NAME, "", "", 50, 0).tags().stream()
                                .filter(each ->
                                        !Companions.isCompanion(each.tag().tag())))
                .extracting(each -> each.tag().name() + " " + each.signed())
                .containsExactly("by-name YES", "by-subject YES", "unsigned NO");
    }

    @Test
    void differences_are_those_of_the_services_in_both_directions() {
        for (int i = 0; i < 8; i++) {
            registry().pushImage(APP, "tag-" + i);
        }
        registry().pushImage(APP, "tag-3");
        registry().manifests.delete(APP, byTag("tag-5"));
        RepositoryId id = registry().view(APP).repository();
        registry().curation.restore(id, 4, Optional.empty(), Progress.NONE);
        for (long[] pair : new long[][] {{10, 11}, {11, 10}, {0, 11}, {11, 4}, {4, 10}, {3, 3}, {9, 8}}) {
            assertThat(all(id, pair[0], id, pair[1], 2))
                    .as("%d to %d", pair[0], pair[1])
                    .containsExactlyElementsOf(expected(id, pair[0], id, pair[1]));
        }
        // What a deleted version changed is the next one's change.
        registry().versions.delete(id, 9);
        assertThat(all(id, 8, id, 10, 50)).containsExactlyElementsOf(expected(id, 8, id, 10));
        assertThatThrownBy(() -> all(id, 8, id, 9, 50)).isInstanceOf(EntityUnknown.class);
    }

    @Test
    void differences_between_repositories_are_those_of_the_services() {
        for (int i = 0; i < 5; i++) {
            registry().pushImage(APP, "tag-" + i);
        }
        RepositoryId app = registry().view(APP).repository();
        registry().pushImage(LIVE, "own");
        RepositoryId live = registry().view(LIVE).repository();
        registry().curation.copyTags(app, 5, Optional.empty(), live, Progress.NONE);
        registry().pushImage(APP, "tag-2");
        registry().pushImage(APP, "tag-9");

        assertThat(all(live, 2, app, 7, 1)).containsExactlyElementsOf(expected(live, 2, app, 7));
        assertThat(all(app, 7, live, 2, 50)).hasSize(3).containsExactlyElementsOf(expected(app, 7, live, 2));
    }

    @Test
    void a_page_costs_few_reads_among_10000_tags_and_500_versions() {
        Repository large = large();
        RepositoryView view = registry().versions.view(large.id(), large.version());
        WatchedMetadataStore store = watched();
        var summaries = new TagSummaries(store);
        for (String after : List.of("", "tag-04999", "tag-09990")) {
            store.restart();
            assertThat(summaries.list(view, TagOrder.BY_NAME, "", after, 50, 0).tags())
                    .hasSizeGreaterThan(8);
            assertThat(store.reads()).isLessThanOrEqualTo(LIST_READS);
        }
        for (long[] pair : new long[][] {{499, 500}, {1, 500}, {500, 2}, {0, 500}, {250, 500}}) {
            var differences = new TagDifferences(store.restart());
            List<Side> sides = differences.sides(large, pair[0], large, pair[1]);
            assertThat(differences
                            .compare(sides.getFirst(), sides.getLast(), "", 200)
                            .tags())
                    .isNotEmpty();
            // And one for both versions.
            assertThat(store.reads()).as("%d to %d", pair[0], pair[1]).isLessThanOrEqualTo(COMPARE_READS + 1);
        }
        assertThat(all(large.id(), 0, large.id(), 500, 200)).hasSize(MANY);
        assertThat(all(large.id(), 1, large.id(), 500, 200)).hasSize(VERSIONS - 1);
        store.restart();
        assertThat(new Timeline(store).list(large, large.version(), 25).versions())
                .hasSize(25);
        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void the_timeline_tells_what_is_missing_and_what_moved() {
        registry().pushImage(APP, "a");
        registry().pushImage(APP, "b");
        registry().pushImage(APP, "a");
        registry().manifests.delete(APP, byTag("b"));
        RepositoryId id = registry().view(APP).repository();
        registry().versions.delete(id, 2);

        var listed = new Timeline(metadata()).list(registry().repositories.get(id), Long.MAX_VALUE, 2);
        assertThat(listed.versions())
                .extracting(each -> each.version().version())
                .containsExactly(4L, 3L);
        assertThat(listed.versions()).extracting(Timeline.Entry::skipped).containsExactly(0L, 1L);
        assertThat(listed.versions().getFirst().moved()).hasValue(0);
        assertThat(listed.versions().getLast().moved()).isEmpty();
        assertThat(listed.next()).hasValue(1);
        var oldest = new Timeline(metadata()).oldest(registry().repositories.get(id), 0, 2);
        assertThat(oldest.versions())
                .extracting(each -> each.version().version())
                .containsExactly(1L, 3L);
        assertThat(oldest.versions()).extracting(Timeline.Entry::skipped).containsExactly(0L, 1L);
        assertThat(oldest.next()).hasValue(3);
        assertThat(new Timeline(metadata())
                        .oldest(registry().repositories.get(id), 3, 2)
                        .next())
                .isEmpty();
        assertThat(new Timeline(metadata())
                        .list(registry().repositories.get(id), 1, 2)
                        .next())
                .isEmpty();
    }

    @Test
    void a_version_tells_who_had_it_made_and_not_from_where() {
        registry().pushImage(APP, "a");
        RepositoryId id = registry().view(APP).repository();
        Actor actor = new Actor("user:7", "password", "10.0.0.1", "DELETE /v2/team/app/manifests/a", "request");
        var repositories =
                new RepositoryService(metadata(), clock, NewNames.PUBLIC, new Acting(() -> Optional.of(actor)));
        repositories.commit(
                id,
                newest -> new Changes()
                        .add(newest.tagEntry(new Tag("a")).orElseThrow().removedAt(newest.nextVersion())));
        repositories.rewrite(
                id,
                newest -> BulkChange.Plan.of(newest.stream(ManifestEntry.TABLE)
                        .map(row -> new Changes().remove(row, newest, clock.instant()))
                        .iterator()),
                Progress.NONE);
        registry().versions.note(id, 3, new VersionNote("noted"));

        var maker = new RepositoryVersion.Maker("user:7", "password", "DELETE /v2/team/app/manifests/a");
        assertThat(registry().versions.get(id, 1).madeBy()).isEmpty();
        assertThat(registry().versions.get(id, 2).madeBy()).contains(maker);
        assertThat(registry().versions.get(id, 3).madeBy()).contains(maker);
    }

    private List<Moved> all(RepositoryId from, long fromVersion, RepositoryId to, long toVersion, int limit) {
        var differences = new TagDifferences(metadata());
        List<Side> sides = differences.sides(repository(from), fromVersion, repository(to), toVersion);
        List<Moved> all = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            var page = differences.compare(sides.getFirst(), sides.getLast(), next.get(), limit);
            assertThat(page.tags().size()).isLessThanOrEqualTo(limit);
            all.addAll(page.tags());
            next = page.next();
        }
        return all;
    }

    private Repository repository(RepositoryId id) {
        return id.equals(LARGE) ? largeHead() : registry().repositories.get(id);
    }

    private List<Moved> expected(RepositoryId from, long fromVersion, RepositoryId to, long toVersion) {
        return registry()
                .curation
                .differences(from, fromVersion, to, toVersion)
                .filter(each -> each.table().equals(TagEntry.TABLE))
                .map(each -> new Moved(
                        each.name(),
                        each.removed().flatMap(OverviewContract::digest),
                        each.added().flatMap(OverviewContract::digest)))
                .sorted((one, other) -> one.tag().compareTo(other.tag()))
                .toList();
    }

    private static Optional<Digest> digest(Content row) {
        return ((TagEntry) row).digest();
    }

    private Repository largeHead() {
        return Repository.empty(LARGE, RepositorySettings.named("large"), clock.instant())
                .grown(VERSIONS, ContentCounts.NONE);
    }

    /** Version 1 sets all tags; each later one moves one of them. Their manifests are missing. */
    private Repository large() {
        Repository head = largeHead();
        List<Write> writes = new ArrayList<>();
        writes.add(Write.put(Repository.TABLE, head));
        for (int i = 0; i < MANY; i++) {
            TagEntry set = tag("tag-%05d".formatted(i), 1);
            add(writes, set);
            if (i % PART == 0) {
                List<Change> log = IntStream.range(i, i + PART)
                        .mapToObj(each -> new Change(TagEntry.TABLE.name(), "tag-%05d".formatted(each), true))
                        .toList();
                add(writes, Write.put(Change.Part.TABLE, new Change.Part(LARGE, 1, i / PART, log)));
            }
        }
        for (int version = 0; version <= VERSIONS; version++) {
            TagEntry moved = tag("tag-%05d".formatted(version * 19), version);
            if (version > 1) {
                add(writes, moved);
            }
            List<Change> log = version > 1 ? List.of(Change.of(moved)) : List.of();
            add(writes, version(version, log));
        }
        metadata().write(writes);
        return head;
    }

    private void add(List<Write> writes, TagEntry row) {
        add(writes, row.put());
    }

    private void add(List<Write> writes, Write write) {
        writes.add(write);
        if (writes.size() == MetadataStore.MAX_WRITES) {
            metadata().write(writes);
            writes.clear();
        }
    }

    private TagEntry tag(String name, long version) {
        Digest digest = Digest.of(Digest.SHA256, (name + version).getBytes(UTF_8));
        return new TagEntry(
                LARGE, new Tag(name), version, Optional.of(digest), Optional.of(UuidV7.random(clock.instant())));
    }

    private Write version(long number, List<Change> log) {
        return Write.put(
                RepositoryVersion.TABLE,
                new RepositoryVersion(
                        LARGE,
                        number,
                        clock.instant(),
                        Optional.empty(),
                        ContentCounts.NONE,
                        ContentCounts.NONE,
                        ContentCounts.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        log,
                        0));
    }
}
