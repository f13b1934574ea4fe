package dev.lading.export;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** The identity of a bundle that an exporter wrote, a UUIDv7. */
public record ExportId(UUID value) {
    @JsonCreator
    public ExportId {}

    public static ExportId next(Instant now) {
        return new ExportId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
