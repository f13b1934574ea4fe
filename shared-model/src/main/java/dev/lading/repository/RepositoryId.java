package dev.lading.repository;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** What a repository is known by inside: names come and go. */
public record RepositoryId(UUID value) {
    @JsonCreator
    public RepositoryId {}

    public static RepositoryId random() {
        return new RepositoryId(UUID.randomUUID());
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
