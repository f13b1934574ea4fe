package dev.lading.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** A task's identity, a UUIDv7. */
public record TaskId(UUID value) {
    @JsonCreator
    public TaskId {}

    public static TaskId next(Instant now) {
        return new TaskId(UuidV7.random(now));
    }

    /** @throws IllegalArgumentException if it is no UUID */
    public static TaskId of(String text) {
        return new TaskId(UUID.fromString(text));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
