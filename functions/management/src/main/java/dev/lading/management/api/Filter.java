package dev.lading.management.api;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query parameter that filters a list.
 *
 * @param schema of the parameter
 * @param repeated whether a list is given by repeating the parameter; else by commas, which are always accepted
 * @param test makes the predicate of the parameter's values, of which there is at least one
 */
public record Filter<T>(String name, Schema schema, boolean repeated, Test<T> test) {
    /** Makes a predicate from a parameter's values. */
    @FunctionalInterface
    public interface Test<T> {
        /** @throws Problem if a value is invalid */
        Predicate<T> of(List<String> values);
    }

    /** @throws Problem if a value is invalid */
    Predicate<T> predicate(List<String> given) {
        List<String> values = schema.isList() ? split(given) : given.subList(given.size() - 1, given.size());
        if (values.isEmpty()) {
            throw Problem.field(name, "this filter needs a value");
        }
        return test.of(values);
    }

    private static List<String> split(List<String> given) {
        return given.stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** Parses a filter's text, number, time or truth value into the type of properties. */
    public static Object parse(String parameter, Schema schema, String text) {
        return schema.parse(text)
                .orElseThrow(() -> Problem.field(parameter, "'" + text + "' is not " + schema.describe()));
    }

    /** A property's value as {@link Lookup} compares it: a Long, Boolean, Instant, text or null. */
    public static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Optional<?> optional -> plain(optional.orElse(null));
            case Integer number -> number.longValue();
            case Long number -> number;
            case Boolean bool -> bool;
            case Instant time -> time;
            default -> value.toString();
        };
    }

    /** Filters on a property, one for each comparison. */
    static <T> Stream<Filter<T>> on(String property, Schema schema, List<Lookup> lookups, Function<T, ?> value) {
        return lookups.stream().map(lookup -> {
            String name = property + lookup.suffix();
            Schema each = lookup == Lookup.ISNULL ? Schema.BOOLEAN : schema;
            return new Filter<>(name, lookup.takesList() ? Schema.listOf(each) : each, false, values -> {
                var passes = lookup.test(
                        name,
                        values.stream().map(text -> parse(name, each, text)).toList());
                return shown -> passes.test(plain(value.apply(shown)));
            });
        });
    }
}
