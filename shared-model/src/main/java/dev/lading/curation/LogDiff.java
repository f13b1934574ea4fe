package dev.lading.curation;

import dev.lading.history.Difference;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.repository.VersionService;
import java.util.Optional;
import java.util.stream.Stream;

/** Differences between two repositories of which two versions had the same content, found by their logs since. */
final class LogDiff {
    private final VersionService versions;
    private final Promotion last;
    private final RepositoryView source;
    private final RepositoryView target;

    LogDiff(VersionService versions, Promotion last, RepositoryView source, RepositoryView target) {
        this.versions = versions;
        this.last = last;
        this.source = source;
        this.target = target;
    }

    /** Differences from the target to the source; each name once. */
    Stream<Difference> differences() {
        Stream<Content> inSource = versions.changed(last.source(), last.sourceVersion(), source.version());
        Stream<Content> inTarget = versions.changed(last.target(), last.targetVersion(), target.version())
                .filter(row -> !changedInSource(row));
        // What was read of the newer version of a side is what that side shows, if it is the requested one.
        boolean forward = source.version() >= last.sourceVersion();
        return Stream.concat(
                inSource.flatMap(row -> Difference.between(
                        row,
                        shown(target, row),
                        forward ? Optional.of(row).filter(Content::present) : shown(source, row))),
                inTarget.flatMap(
                        row -> Difference.between(row, Optional.of(row).filter(Content::present), shown(source, row))));
    }

    private boolean changedInSource(Content named) {
        long older = Math.min(last.sourceVersion(), source.version());
        long newer = Math.max(last.sourceVersion(), source.version());
        return versions.row(last.source(), newer, named)
                .filter(row -> row.version() > older)
                .isPresent();
    }

    private static Optional<Content> shown(RepositoryView view, Content named) {
        return view.row(named.table(), named.name()).filter(Content::present);
    }
}
