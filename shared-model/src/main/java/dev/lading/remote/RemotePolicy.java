package dev.lading.remote;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When a sync fetches blobs. Source: Pulp REST API, remotes. */
public enum RemotePolicy {
    /** During the sync. */
    IMMEDIATE,
    /** On the first pull, and kept afterwards. */
    ON_DEMAND,
    /** On every pull, never kept. */
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
