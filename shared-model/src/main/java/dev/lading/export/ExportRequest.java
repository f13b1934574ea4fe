package dev.lading.export;

import dev.lading.bundle.document.DocumentHead;
import dev.lading.history.row.RepositoryId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to export.
 *
 * @param date that the bundle says; empty: the one of the newest version in it
 * @param source whom it names as the registry it is of
 */
public record ExportRequest(List<Part> parts, Optional<Instant> date, DocumentHead.Source source) {
    public ExportRequest {
        parts = List.copyOf(parts);
    }

    /**
     * Versions of a repository.
     *
     * @param from after which version, which is what the other side has; empty: all that are kept
     * @param to up to which; empty: the newest
     */
    public record Part(RepositoryId repository, Optional<Long> from, Optional<Long> to) {
        public static Part whole(RepositoryId repository) {
            return new Part(repository, Optional.empty(), Optional.empty());
        }
    }
}
