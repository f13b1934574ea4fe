package dev.lading.overview;

import dev.lading.content.LastPull;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Lists tags with what their manifests tell. A page costs six reads and one for each look-up that is allowed, however
 * many tags and versions there are, and in whatever order.
 */
public final class TagSummaries {
    /** Rows in a read of tags; a page of tags that moved often is shorter rather than of more reads. */
    private static final int ROWS = 1_000;

    private static final int READS = 2;

    /** Signatures looked through; a referrer's row may have {@link ReferrerEntry#MAX_ANNOTATION_CHARS}. */
    private static final int SIGNATURES = 1_000;

    private final MetadataStore store;

    public TagSummaries(MetadataStore store) {
        this.store = store;
    }

    /**
     * @param next behind what the next page begins; empty: this is the last
     * @param oldest if tags that this version or earlier ones set may be missing, since their order cannot be told by
     *     few reads
     */
    public record Listed(List<TagSummary> tags, Optional<String> next, OptionalLong oldest) {}

    /** What a version that is there holds. */
    public RepositoryView view(RepositoryId repository, long version) {
        return RepositoryView.at(store, repository, version);
    }

    /**
     * A page of the tags that begin with a text.
     *
     * @param after {@link Listed#next} of a page in the same order, or any text: what is no such is as if it were empty
     * @param limit at most {@link MetadataStore#MAX_GETS}
     * @param lookUps how many manifests are looked up by themselves, of those that were there before their tag was set
     */
    public Listed list(RepositoryView view, TagOrder order, String prefix, String after, int limit, int lookUps) {
        if (!prefix.isEmpty() && !Tag.isValid(prefix)) {
            return new Listed(List.of(), Optional.empty(), OptionalLong.empty());
        }
        return order == TagOrder.NEWEST_SET
                ? newest(view, prefix, after, limit, lookUps)
                : named(view, order, prefix, Optional.of(after).filter(Tag::isValid), limit, lookUps);
    }

    private Listed named(
            RepositoryView view, TagOrder order, String prefix, Optional<String> after, int limit, int lookUps) {
        boolean isAscending = order == TagOrder.BY_NAME;
        Map<String, TagEntry> found = new LinkedHashMap<>();
        Optional<String> next = after.map(isAscending ? RowRange::behind : RowRange::before);
        for (int read = 0; read < READS && found.size() <= limit && (read == 0 || next.isPresent()); read++) {
            RowRange<TagEntry> range = isAscending
                    ? RowRange.read(store, TagEntry.TABLE, view.repository(), prefix, prefix, next, ROWS)
                    : RowRange.backwards(store, TagEntry.TABLE, view.repository(), prefix, next, ROWS);
            found.putAll(range.shown(TagEntry.TABLE, view));
            next = range.next();
        }
        List<TagEntry> tags = found.values().stream().limit(limit).toList();
        boolean cut = found.size() > limit;
        return new Listed(
                summaries(view, tags, lookUps),
                cut ? Optional.of(tags.getLast().name()) : next.map(sort -> sort.substring(0, sort.lastIndexOf('#'))),
                OptionalLong.empty());
    }

    private Listed newest(RepositoryView view, String prefix, String after, int limit, int lookUps) {
        NewestTags.Found found = NewestTags.find(store, view, prefix, after, limit);
        return new Listed(summaries(view, found.tags(), lookUps, found.known()), found.next(), found.oldest());
    }

    /** Some tags of a version. */
    public List<TagSummary> summaries(RepositoryView view, List<TagEntry> tags, int lookUps) {
        return summaries(view, tags, lookUps, Optional.empty());
    }

    /** @param known which tags there are, if that is known: no others are looked for then */
    private List<TagSummary> summaries(
            RepositoryView view, List<TagEntry> tags, int lookUps, Optional<NewestTags.Known> known) {
        if (tags.isEmpty()) {
            return List.of();
        }
        Set<Digest> digests = new HashSet<>();
        tags.forEach(tag -> digests.add(tag.digest().orElseThrow()));
        Map<Digest, ManifestEntry> manifests = manifests(view, tags, lookUps);
        List<Key> pulls = digests.stream()
                .map(digest -> LastPull.key(view.repository(), digest))
                .toList();
        Map<Digest, Instant> pulled = store.getAll(LastPull.TABLE, pulls).stream()
                .collect(Collectors.toMap(LastPull::manifest, LastPull::at));
        Signatures signatures = Signatures.of(store, view, digests, known);
        return tags.stream()
                .map(tag -> {
                    Digest digest = tag.digest().orElseThrow();
                    return new TagSummary(
                            tag,
                            Optional.ofNullable(manifests.get(digest)),
                            Optional.ofNullable(pulled.get(digest)),
                            signatures.of(digest));
                })
                .toList();
    }

    /** A manifest's row is keyed by the version that wrote it: mostly the one that set the tag. */
    private Map<Digest, ManifestEntry> manifests(RepositoryView view, List<TagEntry> tags, int lookUps) {
        List<Key> together = tags.stream()
                .map(tag -> Content.key(
                        view.repository(), tag.digest().orElseThrow().toString(), tag.version()))
                .distinct()
                .toList();
        Map<Digest, ManifestEntry> found = new HashMap<>();
        store.getAll(ManifestEntry.TABLE, together).stream()
                .filter(Content::present)
                .forEach(manifest -> found.put(manifest.digest(), manifest));
        tags.stream()
                .map(tag -> tag.digest().orElseThrow())
                .filter(digest -> !found.containsKey(digest))
                .distinct()
                .limit(lookUps)
                .flatMap(digest -> view.manifest(digest).stream())
                .forEach(manifest -> found.put(manifest.digest(), manifest));
        return found;
    }

    /**
     * Which manifests are signed.
     *
     * @param known up to which name each of both kinds was looked through; empty: all
     */
    private record Signatures(Set<String> tags, Set<Digest> subjects, List<Optional<String>> known) {
        static Signatures of(
                MetadataStore store, RepositoryView view, Set<Digest> digests, Optional<NewestTags.Known> known) {
            TreeSet<String> names = new TreeSet<>();
            TreeSet<String> subjects = new TreeSet<>();
            for (Digest digest : digests) {
                names.add(Companions.signature(digest).value());
                subjects.add(ReferrerEntry.prefix(digest));
            }
            RowRange<ReferrerEntry> referrers = RowRange.read(
                    store,
                    ReferrerEntry.TABLE,
                    view.repository(),
                    subjects.first(),
                    subjects.last(),
                    Optional.empty(),
                    SIGNATURES);
            Tags tags = known.map(Tags::of).orElseGet(() -> Tags.read(store, view, names));
            return new Signatures(
                    tags.names(),
                    referrers.shown(ReferrerEntry.TABLE, view).values().stream()
                            .filter(referrer ->
                                    Companions.isSignature(referrer.descriptor().artifactType()))
                            .map(ReferrerEntry::subject)
                            .collect(Collectors.toSet()),
                    List.of(tags.next(), referrers.next()));
        }

        /** @param next up to which name they are all there are; empty: to the last */
        private record Tags(Set<String> names, Optional<String> next) {
            static Tags of(NewestTags.Known known) {
                return new Tags(known.names(), known.whole() ? Optional.empty() : Optional.of(""));
            }

            static Tags read(MetadataStore store, RepositoryView view, TreeSet<String> names) {
                RowRange<TagEntry> read = RowRange.read(
                        store,
                        TagEntry.TABLE,
                        view.repository(),
                        names.first(),
                        names.last(),
                        Optional.empty(),
                        SIGNATURES);
                return new Tags(read.shown(TagEntry.TABLE, view).keySet(), read.next());
            }
        }

        TagSummary.Signed of(Digest digest) {
            String name = Companions.signature(digest).value();
            if (tags.contains(name) || subjects.contains(digest)) {
                return TagSummary.Signed.YES;
            }
            boolean looked =
                    isBefore(name, known.getFirst()) && isBefore(ReferrerEntry.prefix(digest) + "~", known.getLast());
            return looked ? TagSummary.Signed.NO : TagSummary.Signed.UNKNOWN;
        }

        private static boolean isBefore(String name, Optional<String> end) {
            return end.isEmpty() || name.compareTo(end.get()) < 0;
        }
    }
}
