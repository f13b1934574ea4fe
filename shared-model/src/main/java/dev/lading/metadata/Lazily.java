package dev.lading.metadata;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Lazy streams that fetch what is consumed and no more. The JDK's own {@code flatMap} holds all of an inner stream in
 * memory when the outer one is read by an iterator.
 */
public final class Lazily {
    private Lazily() {}

    /** Concatenates streams, each begun when the one before has ended. */
    public static <T> Stream<T> inTurn(List<Supplier<Stream<T>>> streams) {
        Iterator<Supplier<Stream<T>>> rest = streams.iterator();
        return parts(() -> rest.hasNext() ? Optional.of(rest.next().get().iterator()) : Optional.empty());
    }

    /** @param parts one after the other; empty: there are no more */
    private static <T> Stream<T> parts(Supplier<Optional<Iterator<T>>> parts) {
        Iterator<T> all = new Iterator<>() {
            private Optional<Iterator<T>> current = Optional.of(Collections.emptyIterator());

            @Override
            public boolean hasNext() {
                while (current.isPresent() && !current.get().hasNext()) {
                    current = parts.get();
                }
                return current.isPresent();
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return current.orElseThrow().next();
            }
        };
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(all, Spliterator.ORDERED), false);
    }
}
