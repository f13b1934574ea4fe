package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.PullPath;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Costs of look-ups, however long the history. */
public abstract class LookUpContract extends ServiceContract {
    private static final int HISTORY = 3000;

    /** The budget of DESIGN, 5.4. */
    @Test
    void a_pull_keeps_the_read_budget() {
        Digest blob = registry().pushBlob(APP, Bytes.random(10));
        Digest manifest = null;
        for (int i = 0; i < 5; i++) {
            manifest = registry().pushImage(APP, "tag").digest();
        }
        WatchedMetadataStore store = watched();
        Registry fresh = newRegistry(store);

        fresh.manifests.get(fresh.pull(APP), byTag("tag"));
        assertThat(store.reads()).isEqualTo(3);
        store.restart();
        fresh.manifests.get(fresh.pull(APP), byDigest(manifest));
        assertThat(store.reads()).isEqualTo(2);
        store.restart();
        fresh.blobs.get(fresh.pull(APP), blob);
        assertThat(store.reads()).isEqualTo(2);
        assertThat(store.writes()).isZero();
    }

    @Test
    void a_pull_of_a_pinned_version_keeps_the_read_budget() {
        registry().pushImage(APP, "tag");
        registry().pushImage(APP, "tag");
        RepositoryName pinned = registry().pin(APP, 1);
        WatchedMetadataStore store = watched();
        Registry fresh = newRegistry(store);
        fresh.manifests.get(fresh.pull(pinned), byTag("tag"));
        assertThat(store.reads()).isEqualTo(3);
    }

    @Test
    void a_tag_of_3000_versions_is_looked_up_at_each_in_two_reads() {
        List<Digest> history = rewriteHistory();
        for (long version : List.of(4L, 5L, 1500L, (long) HISTORY + 3)) {
            RepositoryName then = registry().pin(APP, version);
            WatchedMetadataStore store = watched();
            assertThat(newRegistry(store).tag(then, "busy")).contains(history.get((int) version - 4));
            assertThat(store.reads()).isEqualTo(2);
        }
        assertThat(registry().tag(registry().pin(APP, 3), "busy")).isEmpty();
    }

    @Test
    void tags_are_listed_page_by_page_past_one_of_3000_versions() {
        List<Digest> history = rewriteHistory();
        WatchedMetadataStore store = watched();
        List<TagEntry> listed = list(newRegistry(store), APP);
        assertThat(listed).extracting(TagEntry::name).containsExactly("after", "before", "busy", "busy-2");
        assertThat(listed.get(2).digest()).contains(history.getLast());
        assertThat(store.reads()).isLessThan(20);

        List<TagEntry> then = list(registry(), registry().pin(APP, 1500));
        assertThat(then).extracting(TagEntry::name).containsExactly("after", "before", "busy", "busy-2");
        assertThat(then.get(2).digest()).contains(history.get(1496));
        assertThat(list(registry(), registry().pin(APP, 3)))
                .extracting(TagEntry::name)
                .containsExactly("after", "before", "busy-2");
    }

    @Test
    void listed_tags_are_in_byte_order_without_those_removed() {
        for (String tag : List.of("b", "a", "Z", "_", "1.0-rc", "1.0", "1.0.1", "1", "gone")) {
            registry().pushImage(APP, tag);
        }
        registry().manifests.delete(APP, byTag("gone"));
        assertThat(list(registry(), APP))
                .extracting(TagEntry::name)
                .containsExactly("1", "1.0", "1.0-rc", "1.0.1", "Z", "_", "a", "b");
    }

    /** DynamoDB rejects a start key outside of the range that is queried. */
    @Test
    void lists_go_on_behind_any_text() {
        Digest image = registry().pushImage(APP, "b").digest();
        byte[] referrer = Images.referrer(registry().pushBlob(APP, Bytes.random(9)), image, "any text");
        registry().push(APP, byDigest(Digest.of(Digest.SHA256, referrer)), referrer);
        var pull = registry().pull(APP);
        for (String before : List.of("", "-", ".", "/", "0", "B:", "a{")) {
            assertThat(registry().manifests.tags(pull, before, 10).entries()).hasSize(1);
            assertThat(registry().manifests.referrers(pull, image, before, 10).entries())
                    .hasSize(1);
            assertThat(registry().distributions.basePaths(before, 10, true).entries())
                    .containsExactly(APP);
        }
        for (String behind : List.of("team/app", "team/app:", "z{", "{")) {
            assertThat(registry().manifests.tags(pull, behind, 10).entries()).isEmpty();
            assertThat(registry().manifests.referrers(pull, image, behind, 10).entries())
                    .isEmpty();
            assertThat(registry().distributions.basePaths(behind, 10, true).entries())
                    .isEmpty();
        }
    }

    private static List<TagEntry> list(Registry registry, RepositoryName name) {
        List<TagEntry> found = new ArrayList<>();
        boolean more = true;
        while (more) {
            Optional<Tag> last = found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(found.getLast().tag());
            var page = registry.manifests.tags(registry.pull(name), last, 2);
            found.addAll(page.entries());
            more = page.more();
        }
        return found;
    }

    /** Writes a history without pushes: versions 1 to 3 set other tags; each later one moves the tag {@code busy}. */
    private List<Digest> rewriteHistory() {
        registry().pushImage(APP, "before");
        registry().pushImage(APP, "after");
        registry().pushImage(APP, "busy-2");
        RepositoryId id = registry().view(APP).repository();
        List<Digest> history = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (int version = 4; version < HISTORY + 4; version++) {
            Digest digest = Digest.of(Digest.SHA256, Bytes.random(9));
            history.add(digest);
            writes.add(new TagEntry(id, new Tag("busy"), version, Optional.of(digest), Optional.empty()).put());
            if (writes.size() == MetadataStore.MAX_WRITES) {
                metadata().write(writes);
                writes.clear();
            }
        }
        metadata()
                .write(Write.put(
                        PullPath.TABLE, new PullPath(APP, id, HISTORY + 3, false, false, Optional.empty(), 9)));
        return history;
    }
}
