package dev.lading.secret;

import java.util.Collection;
import java.util.Map;

/** A few short texts that only the registry may read: passwords and signing keys, by name. */
public interface SecretStore {
    /** The secrets that exist of {@code names}, in one request. */
    Map<String, String> get(Collection<String> names);

    /** Stores a secret unless one of that name exists; false: another writer was first. */
    boolean putIfAbsent(String name, String value);
}
