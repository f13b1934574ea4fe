package dev.lading.history.row;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** A repository's permanent identity, a UUIDv7; its names may change. */
public record RepositoryId(UUID value) {
    @JsonCreator
    public RepositoryId {}

    public static RepositoryId next(Instant now) {
        return new RepositoryId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
