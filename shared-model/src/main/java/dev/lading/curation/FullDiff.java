package dev.lading.curation;

import dev.lading.history.Difference;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.metadata.Table;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Differences between two repositories, found by reading both whole, in the order of names. */
final class FullDiff {
    private final RepositoryView source;
    private final RepositoryView target;

    FullDiff(RepositoryView source, RepositoryView target) {
        this.source = source;
        this.target = target;
    }

    /** Differences from the target to the source. */
    Stream<Difference> differences() {
        return Content.inTables(this::differences);
    }

    private <C extends Content> Stream<Difference> differences(Table<C> table) {
        var pairs = new Pairs<>(
                source.stream(table).iterator(), target.stream(table).iterator());
        return Stream.generate(pairs::next).takeWhile(Optional::isPresent).flatMap(Optional::orElseThrow);
    }

    /** Merges two ordered lists by name. */
    private static final class Pairs<C extends Content> {
        private final Iterator<C> sources;
        private final Iterator<C> targets;
        private @Nullable C source;
        private @Nullable C target;

        Pairs(Iterator<C> sources, Iterator<C> targets) {
            this.sources = sources;
            this.targets = targets;
            source = next(sources);
            target = next(targets);
        }

        /** The next name's difference; empty: both lists are at their ends. */
        Optional<Stream<Difference>> next() {
            if (source == null && target == null) {
                return Optional.empty();
            }
            int order = source == null ? 1 : target == null ? -1 : source.name().compareTo(target.name());
            Optional<Content> wanted = Optional.ofNullable(order <= 0 ? source : null);
            Optional<Content> there = Optional.ofNullable(order >= 0 ? target : null);
            source = order <= 0 ? next(sources) : source;
            target = order >= 0 ? next(targets) : target;
            return Optional.of(Difference.between(wanted.or(() -> there).orElseThrow(), there, wanted));
        }

        private static <C> @Nullable C next(Iterator<C> list) {
            return list.hasNext() ? list.next() : null;
        }
    }
}
