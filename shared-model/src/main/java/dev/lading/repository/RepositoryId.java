package dev.lading.repository;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.random.Randomness;
import java.util.UUID;

/** What a repository is known by inside: names come and go. */
public record RepositoryId(UUID value) {
    @JsonCreator
    public RepositoryId {}

    public static RepositoryId random() {
        return new RepositoryId(Randomness.uuid());
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
