package dev.lading.management.api;

import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a list: all of them, or those that an indexed filter finds, one record for each value. A source with
 * keys is counted, filtered and ordered by these as far as they suffice, and reads only the resources that a page
 * shows.
 */
public final class ListingSource<T> {
    private final Supplier<Stream<T>> all;
    private final Map<String, Function<String, Stream<T>>> indexes = new LinkedHashMap<>();
    private @Nullable Keys<?, T> keys;
    private PageReader<T> pages = (order, offset, limit) -> Optional.empty();
    private Predicate<T> shown = each -> true;

    private ListingSource(Supplier<Stream<T>> all) {
        this.all = all;
    }

    /**
     * Stand-ins for resources that cost little to read.
     *
     * @param listing the filters and orders that a key suffices for
     * @param all keys of all resources, in any order; empty: they cost as much as the resources
     * @param load the resource of a key; empty: it was deleted meanwhile
     */
    record Keys<K, T>(Listing<K> listing, Supplier<Optional<Stream<K>>> all, Function<K, Optional<T>> load) {}

    /** One page, and the number of resources of the whole list. */
    public record Counted<T>(List<T> page, long count) {}

    /** Reads one page of a list without the rest. */
    @FunctionalInterface
    public interface PageReader<T> {
        /**
         * @param order as the client names it; empty: the usual one
         * @return empty: the list must be read to find the page
         */
        Optional<Counted<T>> read(Optional<String> order, long offset, int limit);
    }

    /** @param all newest first, unless the list has a usual order; read when it is needed */
    public static <T> ListingSource<T> of(Supplier<Stream<T>> all) {
        return new ListingSource<>(all);
    }

    public static <K, T> ListingSource<T> byKeys(
            Listing<K> listing, Supplier<Stream<K>> all, Function<K, Optional<T>> load) {
        return new ListingSource<T>(() -> all.get().flatMap(key -> load.apply(key).stream()))
                .orByKeys(listing, () -> Optional.of(all.get()), load);
    }

    /** Makes something else of each resource. */
    public <R> ListingSource<R> as(Function<T, R> make) {
        var made = new ListingSource<R>(() -> all().map(make));
        indexes.keySet()
                .forEach(parameter -> made.indexes.put(
                        parameter, value -> found(parameter, value).map(make)));
        return made;
    }

    /** The resources of two sources, as far as each shows them. */
    public static <T> ListingSource<T> joined(ListingSource<? extends T> one, ListingSource<? extends T> other) {
        var joined = new ListingSource<T>(() -> Stream.concat(one.all(), other.all()));
        one.indexes.keySet().stream()
                .filter(other.indexes::containsKey)
                .forEach(parameter -> joined.indexes.put(
                        parameter, value -> Stream.concat(one.found(parameter, value), other.found(parameter, value))));
        return joined;
    }

    private Stream<T> found(String parameter, String value) {
        return Objects.requireNonNull(indexes.get(parameter)).apply(value).filter(shown);
    }

    /** @param keys empty: this source is read without them */
    public <K> ListingSource<T> orByKeys(
            Listing<K> listing, Supplier<Optional<Stream<K>>> keys, Function<K, Optional<T>> load) {
        this.keys = new Keys<>(listing, keys, load);
        return this;
    }

    /** Adds a way to read pages while no filter is given but those that all of the source pass. */
    public ListingSource<T> pages(PageReader<T> reader) {
        pages = reader;
        return this;
    }

    /** Leaves out all that a caller may not see, however it is found. Reads every resource for that. */
    public ListingSource<T> only(Predicate<T> seen) {
        shown = seen;
        keys = null;
        pages = (order, offset, limit) -> Optional.empty();
        return this;
    }

    Optional<Counted<T>> page(Optional<String> order, long offset, int limit) {
        return pages.read(order, offset, limit);
    }

    /**
     * Adds an indexed filter: {@code parameter} with one value, {@code parameter__in} with several.
     *
     * @param find every resource that passes for a value; others that do not pass are left out later
     */
    public ListingSource<T> by(String parameter, Function<String, Stream<T>> find) {
        indexes.put(parameter, find);
        indexes.put(parameter + Lookup.IN.suffix(), find);
        return this;
    }

    /** Candidates for a query; empty: it has no indexed filter. */
    Optional<Stream<T>> found(MultivaluedMap<String, String> query) {
        return indexes.entrySet().stream()
                .flatMap(index -> Optional.ofNullable(query.get(index.getKey())).stream()
                        .map(given -> values(given)
                                .distinct()
                                .flatMap(index.getValue())
                                .filter(shown)))
                .findFirst();
    }

    /** Values as any {@link Filter} may read them: whole, and as lists. */
    private static Stream<String> values(List<String> given) {
        return given.stream().flatMap(text -> Stream.concat(Stream.of(text), Arrays.stream(text.split(",", -1))));
    }

    Stream<T> all() {
        return all.get().filter(shown);
    }

    Optional<Keys<?, T>> keys() {
        return Optional.ofNullable(keys);
    }
}
