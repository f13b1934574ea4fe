package dev.lading.management.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.management.api.ListingSource.Counted;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A list of resources: its filters and orders, and the rendering of a page. Resources are read one after another and
 * only the page is kept, so that a list may be longer than memory.
 */
public final class Listing<T> {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    /**
     * Limit on resources up to the end of a page that is not in the list's own order: they are kept in memory until the
     * last one was read.
     */
    private static final int MAX_ORDERED = 100_000;

    private static final ListRoom ROOM = new ListRoom(MAX_ORDERED);

    private static final String ORDERING = "ordering";
    private static final String CREATED = "pulp_created";
    private static final String EXPRESSION = "q";
    private static final Set<String> NOT_FILTERS =
            Set.of("limit", "offset", ORDERING, "fields", "exclude_fields", "minimal", "page_size", "format");

    private final Model<T> model;
    private final Map<String, Filter<T>> filters = new LinkedHashMap<>();
    private final Map<String, Function<T, ?>> orders = new LinkedHashMap<>();
    private @Nullable List<String> usualOrder;
    private boolean expressions;

    public Listing(Model<T> model) {
        this.model = model;
    }

    public Model<T> model() {
        return model;
    }

    /** Adds filters on a property that answers show. */
    public Listing<T> filter(String property, Schema schema, List<Lookup> lookups) {
        return filter(property, schema, lookups, model.value(property));
    }

    public Listing<T> filter(String property, Schema schema, List<Lookup> lookups, Function<T, ?> value) {
        Filter.on(property, schema, lookups, value).forEach(this::filter);
        return this;
    }

    public Listing<T> filter(Filter<T> filter) {
        filters.put(filter.name(), filter);
        return this;
    }

    /** Adds a parameter that selects which resources are listed at all; the resource itself reads it. */
    public Listing<T> ignores(String parameter, Schema schema) {
        return filter(new Filter<>(parameter, schema, false, values -> each -> true));
    }

    /** Adds the filters of every list of identified resources: by href and by resource name, and {@code q}. */
    public Listing<T> identified() {
        expressions = true;
        return filter("pulp_href", Schema.TEXT, List.of(Lookup.IN)).filter("prn", Schema.TEXT, List.of(Lookup.IN));
    }

    public Listing<T> labelled(Function<T, Map<String, @Nullable String>> labels) {
        return filter(new Filter<>("pulp_label_select", Schema.TEXT, false, values -> {
            var select = LabelSelect.parse("pulp_label_select", values.getFirst());
            return shown -> select.test(labels.apply(shown));
        }));
    }

    /** Adds orders by properties that answers show. */
    public Listing<T> orders(String... properties) {
        for (String property : properties) {
            order(property, model.value(property));
        }
        return this;
    }

    public Listing<T> order(String name, Function<T, ?> value) {
        orders.put(name, value);
        return this;
    }

    /** Sets the order of resources that are not read in an order clients expect. */
    public Listing<T> sortedBy(String order) {
        usualOrder = List.of(order);
        return this;
    }

    /**
     * One page, with the number of all resources that pass.
     *
     * @param satisfied filters that all of the source are known to pass
     * @param address of this list as the client sees it, without its query
     * @throws Problem if a parameter is invalid
     */
    public ObjectNode page(
            ListingSource<T> source, Set<String> satisfied, MultivaluedMap<String, String> query, String address) {
        Predicate<T> passes = passes(query, satisfied);
        PageBounds bounds = PageBounds.of(query, DEFAULT_LIMIT, MAX_LIMIT);
        Comparator<T> order = order(query.getOrDefault(ORDERING, usualOrder));
        Optional<Counted<T>> read = isUnfiltered(query, satisfied) ? readPage(source, query, bounds) : Optional.empty();
        Counted<T> selected = read.orElseGet(() -> select(source, passes, order, query, bounds));
        Selection selection = Selection.of(query);
        ObjectNode page = Json.object().put("count", selected.count());
        page.put("next", bounds.next(selected.count(), query, address));
        page.put("previous", bounds.previous(query, address));
        ArrayNode results = page.putArray("results");
        selected.page().forEach(each -> results.add(model.render(each, selection)));
        return page;
    }

    private static boolean isUnfiltered(MultivaluedMap<String, String> query, Set<String> satisfied) {
        return query.keySet().stream().allMatch(name -> satisfied.contains(name) || NOT_FILTERS.contains(name));
    }

    private static <T> Optional<Counted<T>> readPage(
            ListingSource<T> source, MultivaluedMap<String, String> query, PageBounds bounds) {
        List<String> order = names(query.get(ORDERING)).toList();
        return order.size() > 1
                ? Optional.empty()
                : source.page(order.stream().findFirst(), bounds.offset(), bounds.limit());
    }

    private Counted<T> select(
            ListingSource<T> source,
            Predicate<T> passes,
            @Nullable Comparator<T> order,
            MultivaluedMap<String, String> query,
            PageBounds bounds) {
        Optional<Stream<T>> found = source.found(query);
        if (found.isPresent()) {
            Comparator<T> newest = order == null && orders.containsKey(CREATED) ? order("-" + CREATED) : order;
            return selected(found.get().filter(passes), bounds, newest);
        }
        return source.keys()
                .map(keys -> byKeys(keys, source, passes, order, query, bounds))
                .orElseGet(() -> selected(source.all().filter(passes), bounds, order));
    }

    /** Selects by keys, and reads only the page's resources, where the keys suffice for all filters and orders. */
    private static <K, T> Counted<T> byKeys(
            ListingSource.Keys<K, T> keys,
            ListingSource<T> source,
            Predicate<T> passes,
            @Nullable Comparator<T> order,
            MultivaluedMap<String, String> query,
            PageBounds bounds) {
        Listing<K> listing = keys.listing();
        Optional<Stream<K>> all = listing.tells(query) ? keys.all().get() : Optional.empty();
        if (all.isEmpty()) {
            return selected(source.all().filter(passes), bounds, order);
        }
        Comparator<K> keyOrder = listing.order(query.getOrDefault(ORDERING, listing.usualOrder));
        Counted<K> page = selected(all.get().filter(listing.passes(query, Set.of())), bounds, keyOrder);
        return new Counted<>(
                page.page().stream()
                        .flatMap(key -> keys.load().apply(key).stream())
                        .toList(),
                page.count());
    }

    /** Whether this list has every filter and order of a query. */
    private boolean tells(MultivaluedMap<String, String> query) {
        return query.keySet().stream().allMatch(name -> filters.containsKey(name) || NOT_FILTERS.contains(name))
                && names(query.get(ORDERING)).allMatch(name -> orders.containsKey(name.replaceFirst("^-", "")));
    }

    private static Stream<String> names(@Nullable List<String> ordering) {
        return ordering == null
                ? Stream.empty()
                : ordering.stream()
                        .flatMap(text -> Arrays.stream(text.split(",", -1)))
                        .map(String::strip);
    }

    private static <T> Counted<T> selected(Stream<T> passing, PageBounds bounds, @Nullable Comparator<T> order) {
        if (order == null) {
            return new InOrder<T>(bounds).taken(passing);
        }
        long keep = bounds.offset() + bounds.limit();
        if (keep > MAX_ORDERED) {
            throw Problem.field("offset", "an ordered list can be read up to entry " + MAX_ORDERED + "; use filters");
        }
        return ROOM.read((int) keep, () -> new Ordered<>(order, (int) keep).taken(passing, bounds));
    }

    /** Takes what a stream pushes: its iterator would first take all that one of its parts has, in memory. */
    private static final class InOrder<T> {
        private final PageBounds bounds;
        private final List<T> page = new ArrayList<>();
        private long count;

        InOrder(PageBounds bounds) {
            this.bounds = bounds;
        }

        Counted<T> taken(Stream<T> passing) {
            passing.forEachOrdered(this::take);
            return new Counted<>(page, count);
        }

        private void take(T each) {
            if (count >= bounds.offset() && page.size() < bounds.limit()) {
                page.add(each);
            }
            count++;
        }
    }

    private record Ranked<T>(T value, long arrival) {}

    /** Keeps the first of what a stream pushes. */
    private static final class Ordered<T> {
        private final Comparator<Ranked<T>> ranking;
        private final PriorityQueue<Ranked<T>> first;
        private final int keep;
        private long count;

        Ordered(Comparator<T> order, int keep) {
            ranking = Comparator.comparing((Ranked<T> r) -> r.value(), order).thenComparingLong(Ranked::arrival);
            first = new PriorityQueue<>(ranking.reversed());
            this.keep = keep;
        }

        Counted<T> taken(Stream<T> passing, PageBounds bounds) {
            passing.forEachOrdered(this::take);
            return new Counted<>(
                    first.stream()
                            .sorted(ranking)
                            .skip(bounds.offset())
                            .map(Ranked::value)
                            .toList(),
                    count);
        }

        private void take(T each) {
            var next = new Ranked<>(each, count++);
            if (first.size() < keep) {
                first.add(next);
            } else if (keep > 0 && ranking.compare(next, first.element()) < 0) {
                first.remove();
                first.add(next);
            }
        }
    }

    private Predicate<T> passes(MultivaluedMap<String, String> query, Set<String> satisfied) {
        Predicate<T> all = each -> true;
        List<String> unknown = new ArrayList<>();
        for (var parameter : query.entrySet()) {
            String name = parameter.getKey();
            Filter<T> filter = filters.get(name);
            if (filter != null && !satisfied.contains(name)) {
                all = all.and(filter.predicate(parameter.getValue()));
            } else if (name.equals(EXPRESSION) && expressions) {
                all = all.and(Expression.parse(filters, parameter.getValue().getLast()));
            } else if (filter == null && !NOT_FILTERS.contains(name)) {
                unknown.add("there is no filter '" + name + "'");
            }
        }
        if (!unknown.isEmpty()) {
            throw Problem.fields(Map.of("errors", unknown));
        }
        return all;
    }

    private @Nullable Comparator<T> order(@Nullable List<String> given) {
        Comparator<T> order = null;
        Set<String> seen = new HashSet<>();
        for (String name : (Iterable<String>) names(given)::iterator) {
            // A repeated order changes nothing, and ten thousand would be as many calls deep.
            if (seen.add(name)) {
                Comparator<T> next = order(name);
                order = order == null ? next : order.thenComparing(next);
            }
        }
        return order;
    }

    private Comparator<T> order(String name) {
        boolean descending = name.startsWith("-");
        Function<T, ?> value = orders.get(descending ? name.substring(1) : name);
        if (value == null) {
            throw Problem.field(ORDERING, "this list cannot be ordered by '" + name + "'");
        }
        Comparator<T> ascending =
                Comparator.comparing(each -> Filter.plain(value.apply(each)), Comparator.nullsLast(Lookup::compare));
        return descending ? ascending.reversed() : ascending;
    }

    /** Every query parameter with its schema, and whether a list in it is given by repeating it. */
    List<Filter<?>> parameters() {
        List<Filter<?>> all = new ArrayList<>(filters.values());
        all.add(parameter("limit", Schema.PLAIN_INTEGER));
        all.add(parameter("offset", Schema.PLAIN_INTEGER));
        if (!orders.isEmpty()) {
            List<String> names = orders.keySet().stream()
                    .flatMap(name -> Stream.of("-" + name, name))
                    .sorted()
                    .toList();
            all.add(parameter(ORDERING, Schema.listOf(Schema.oneOf(names))));
        }
        if (expressions) {
            all.add(parameter(EXPRESSION, Schema.TEXT));
        }
        return all;
    }

    private static Filter<Object> parameter(String name, Schema schema) {
        return new Filter<>(name, schema, false, values -> each -> true);
    }
}
