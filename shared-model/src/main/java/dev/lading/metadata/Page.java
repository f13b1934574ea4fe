package dev.lading.metadata;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Part of a query's answer.
 *
 * @param next what to give {@link Query#after} for the rest; empty: there is no more
 */
public record Page<R>(List<R> records, Optional<String> next) {
    public Page {
        records = List.copyOf(records);
    }

    private static final int LIMIT = 200;

    /** Reads part of what a service lists. */
    @FunctionalInterface
    public interface Source<R> {
        Page<R> read(Optional<String> after, int limit);
    }

    /** Walks all that a service lists; each page is read when it is reached. */
    public static <R> Stream<R> all(Source<R> source) {
        return Stream.iterate(
                        Optional.of(source.read(Optional.empty(), LIMIT)),
                        Optional::isPresent,
                        page -> page.flatMap(Page::next).map(next -> source.read(Optional.of(next), LIMIT)))
                .flatMap(page -> page.orElseThrow().records().stream());
    }
}
