package dev.lading.importer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** An importer's permanent identity, a UUIDv7; its name may change. */
public record ImporterId(UUID value) {
    @JsonCreator
    public ImporterId {}

    static ImporterId next(Instant now) {
        return new ImporterId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
