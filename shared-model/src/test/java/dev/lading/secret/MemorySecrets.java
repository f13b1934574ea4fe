package dev.lading.secret;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** Secrets in memory. */
public record MemorySecrets(ConcurrentMap<String, String> values) implements SecretStore {
    @Override
    public Map<String, String> get(Collection<String> names) {
        return names.stream().filter(values::containsKey).collect(Collectors.toMap(name -> name, values::get));
    }

    @Override
    public boolean putIfAbsent(String name, String value) {
        return values.putIfAbsent(name, value) == null;
    }
}
