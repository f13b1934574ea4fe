package dev.lading.metadata;

import java.util.List;
import java.util.Optional;

/**
 * Part of a query's answer.
 *
 * @param next what to give {@link Query#after} for the rest; empty: there is no more
 */
public record Page<R>(List<R> records, Optional<String> next) {
    public Page {
        records = List.copyOf(records);
    }
}
