package dev.lading.distribution;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.metadata.UuidV7;
import java.time.Instant;
import java.util.UUID;

/** A distribution's permanent identity, a UUIDv7; its name may change. */
public record DistributionId(UUID value) {
    @JsonCreator
    public DistributionId {}

    public static DistributionId next(Instant now) {
        return new DistributionId(UuidV7.random(now));
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
