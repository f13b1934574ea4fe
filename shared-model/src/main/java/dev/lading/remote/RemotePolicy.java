package dev.lading.remote;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When a sync fetches blobs. Source: Pulp REST API, remotes. */
public enum RemotePolicy {
    /** In the sync. */
    IMMEDIATE,
    /** When one is pulled first, and kept then. */
    ON_DEMAND,
    /** Whenever one is pulled, never kept. */
    STREAMED;

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static RemotePolicy parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
