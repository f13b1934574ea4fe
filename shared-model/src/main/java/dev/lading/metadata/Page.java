package dev.lading.metadata;

import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A part of a query's result.
 *
 * @param next what to give {@link Query#after} for the rest; empty: there is no more
 */
public record Page<R>(List<R> records, Optional<String> next) {
    public Page {
        records = List.copyOf(records);
    }

    private static final int LIMIT = 200;

    /** A page of what these records name; those that name nothing any more are left out. */
    public <T> Page<T> flatMap(Function<R, Optional<T>> find) {
        return new Page<>(
                records.stream().flatMap(named -> find.apply(named).stream()).toList(), next);
    }

    /** Reads a page of a service's listing. */
    @FunctionalInterface
    public interface Source<R> {
        Page<R> read(Optional<String> after, int limit);
    }

    /** Walks a service's whole listing; each page is read when it is reached. */
    public static <R> Stream<R> all(Source<R> source) {
        return records(after -> source.read(after, LIMIT));
    }

    /** Walks the records of all pages, as {@link #walk}. */
    public static <R> Stream<R> records(Function<Optional<String>, Page<R>> read) {
        return walk(read).flatMap(page -> page.records().stream());
    }

    /**
     * The one walk over pages: each is read when it is reached.
     *
     * @param read given {@link #next} of the page before; empty: the first
     */
    public static <R> Stream<Page<R>> walk(Function<Optional<String>, Page<R>> read) {
        return StreamSupport.stream(
                new AbstractSpliterator<Page<R>>(Long.MAX_VALUE, Spliterator.ORDERED) {
                    private Optional<String> next = Optional.empty();
                    private boolean ended;

                    @Override
                    public boolean tryAdvance(Consumer<? super Page<R>> each) {
                        if (ended) {
                            return false;
                        }
                        Page<R> page = read.apply(next);
                        next = page.next();
                        ended = next.isEmpty();
                        each.accept(page);
                        return true;
                    }
                },
                false);
    }
}
