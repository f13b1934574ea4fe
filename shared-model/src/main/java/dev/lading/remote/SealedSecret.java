package dev.lading.remote;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A secret as stored in records; {@link RemoteService#secrets} opens it. */
public record SealedSecret(@JsonValue String text) {
    @JsonCreator
    public SealedSecret {}

    @Override
    public String toString() {
        return "sealed";
    }
}
