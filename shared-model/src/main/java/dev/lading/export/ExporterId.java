package dev.lading.export;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** An exporter's permanent identity, a UUIDv7; its name may change. */
public record ExporterId(UUID value) {
    @JsonCreator
    public ExporterId {}

    static ExporterId next(Instant now) {
        return new ExporterId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
