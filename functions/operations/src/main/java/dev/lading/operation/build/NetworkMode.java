package dev.lading.operation.build;

import java.util.Locale;

/** Where a build may connect to, beside this registry. */
public enum NetworkMode {
    /** Nowhere. */
    NONE,
    /** The internet, and nothing that is nearer. */
    OPEN;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
