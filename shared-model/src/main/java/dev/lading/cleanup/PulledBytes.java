package dev.lading.cleanup;

import dev.lading.blob.BlobRecord;
import dev.lading.content.LastPull;
import dev.lading.content.UpstreamAsked;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentUse;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Stored bytes that only some repositories hold and that can be had again, with when they were last pulled. Read blob by
 * blob, since there may be any number of them.
 */
final class PulledBytes {
    private static final int PAGE = 500;

    /** Depth of indexes in indexes that is followed. */
    private static final int MAX_DEPTH = 30;

    /** Limit on manifests that upstreams had no more, each some 150 bytes in memory. */
    private static final int MOST_GONE = 50_000;

    private final MetadataStore store;
    private final Holdings holdings;
    private final Set<RepositoryId> repositories;
    private final ByteRelease.Terms terms;
    private final Set<Digest> gone;

    /** @param terms by which they can be had again */
    PulledBytes(MetadataStore store, Holdings holdings, Set<RepositoryId> repositories, ByteRelease.Terms terms) {
        this.store = store;
        this.holdings = holdings;
        this.repositories = repositories;
        this.terms = terms;
        this.gone = repositories.stream()
                .flatMap(repository -> store.stream(UpstreamAsked.TABLE, UpstreamAsked.all(repository, PAGE)))
                .flatMap(asked -> asked.gone().stream())
                .distinct()
                .limit(MOST_GONE)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Bytes, wherever they were pulled.
     *
     * @param at the last pull of any manifest that refers to them, or when they came
     * @param gone whether the upstream had one of these no more when it was last asked
     */
    record Pulled(BlobRecord bytes, Instant at, boolean gone) {}

    /** Each once, in no order. */
    Stream<Pulled> stream() {
        return repositories.stream().flatMap(this::in);
    }

    private Stream<Pulled> in(RepositoryId repository) {
        return holdings.candidates(repository)
                .flatMap(digest -> store.get(BlobRecord.TABLE, BlobRecord.key(digest)).stream())
                .flatMap(bytes -> pulled(repository, bytes).stream());
    }

    private Optional<Pulled> pulled(RepositoryId repository, BlobRecord bytes) {
        List<BlobEntry> rows = holdings.rows(bytes).toList();
        List<RepositoryId> holders =
                rows.stream().map(BlobEntry::repository).distinct().toList();
        boolean isFirst = holders.stream()
                .min(Comparator.comparing(RepositoryId::toString))
                .filter(repository::equals)
                .isPresent();
        if (!isFirst || !rows.stream().allMatch(terms::allow)) {
            return Optional.empty();
        }
        Instant at = bytes.created();
        boolean isGone = false;
        for (RepositoryId holder : holders) {
            for (Digest user : users(holder, bytes.digest())) {
                isGone |= isGone(user);
                at = later(at, store.get(LastPull.TABLE, LastPull.key(holder, user)));
            }
        }
        return Optional.of(new Pulled(bytes, at, isGone));
    }

    /** Any may be one, if there are too many to know them all. */
    private boolean isGone(Digest manifest) {
        return gone.size() == MOST_GONE || gone.contains(manifest);
    }

    private static Instant later(Instant one, Optional<LastPull> pull) {
        return pull.map(LastPull::at).filter(one::isBefore).orElse(one);
    }

    /** Manifests that refer to content in any version, and indexes that refer to those. */
    private Set<Digest> users(RepositoryId repository, Digest content) {
        Set<Digest> all = new HashSet<>();
        Set<Digest> next = Set.of(content);
        for (int depth = 0; depth < MAX_DEPTH && !next.isEmpty(); depth++) {
            next = next.stream()
                    .flatMap(each -> store.stream(ContentUse.TABLE, ContentUse.of(repository, each, PAGE)))
                    .map(ContentUse::manifest)
                    .filter(all::add)
                    .collect(Collectors.toUnmodifiableSet());
        }
        return all;
    }
}
