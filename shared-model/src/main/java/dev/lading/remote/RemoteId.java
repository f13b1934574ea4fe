package dev.lading.remote;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** A remote's permanent identity, a UUIDv7; its name may change. */
public record RemoteId(UUID value) {
    @JsonCreator
    public RemoteId {}

    public static RemoteId next(Instant now) {
        return new RemoteId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
