package dev.lading.importer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** The identity of an import, a UUIDv7. */
public record ImportId(UUID value) {
    @JsonCreator
    public ImportId {}

    public static ImportId next(Instant now) {
        return new ImportId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
