package dev.lading.sync.demand;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is remembered for a fixed time, and of bounded number: the oldest is forgotten first. Thread-safe. */
final class ShortMemory<K, V> {
    private static final int MAX_ENTRIES = 10_000;

    private final InstantSource clock;
    private final Duration time;

    /** In the order of their ends. Guarded by this. */
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>();

    private record Entry<V>(V value, Instant end) {}

    ShortMemory(InstantSource clock, Duration time) {
        this.clock = clock;
        this.time = time;
    }

    synchronized Optional<V> get(K key) {
        return Optional.ofNullable(entries.get(key))
                .filter(entry -> clock.instant().isBefore(entry.end()))
                .map(Entry::value);
    }

    synchronized void put(K key, V value) {
        Instant now = clock.instant();
        entries.remove(key);
        Iterator<Entry<V>> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            if (now.isBefore(oldest.next().end()) && entries.size() < MAX_ENTRIES) {
                break;
            }
            oldest.remove();
        }
        entries.put(key, new Entry<>(value, now.plus(time)));
    }

    synchronized void forget(K key) {
        entries.remove(key);
    }
}
