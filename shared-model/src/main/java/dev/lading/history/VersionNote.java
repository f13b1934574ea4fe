package dev.lading.history;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;

/** What somebody says of a version: a line of up to {@value #MAX_LENGTH} characters. */
public record VersionNote(@JsonValue String text) {
    public static final int MAX_LENGTH = 255;

    /** @throws FieldInvalid if it is empty, longer, or of several lines */
    @JsonCreator
    public VersionNote {
        if (text.isBlank() || text.length() > MAX_LENGTH) {
            throw new FieldInvalid("note", "A note has 1 to " + MAX_LENGTH + " characters.");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new FieldInvalid("note", "A note is one line, without control characters.");
        }
    }
}
