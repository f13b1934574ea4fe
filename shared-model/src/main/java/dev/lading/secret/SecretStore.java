package dev.lading.secret;

import java.util.Collection;
import java.util.Map;

/** A few short texts that only the registry may read: passwords and signing keys, by name. */
public interface SecretStore {
    /** Those of {@code names} that there are, in one request. */
    Map<String, String> get(Collection<String> names);

    /** Keeps a secret unless there is one of that name already; false: somebody was first. */
    boolean putIfAbsent(String name, String value);
}
