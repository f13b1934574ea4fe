package dev.lading.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/** Where a file is, below the folder that a version stands for. */
public record RelativePath(@JsonValue String value) implements Comparable<RelativePath> {
    public static final String FIELD = "relative_path";

    /** Linux takes 4,096 bytes with the folder in front. */
    private static final int MAX_LENGTH = 1_024;

    /** Bytes of a name that file systems take. */
    private static final int MAX_NAME = 255;

    private static final Set<String> NO_NAMES = Set.of("", ".", "..");

    /** @throws FieldInvalid if it is empty or absolute, leaves its folder, or cannot be a path everywhere */
    @JsonCreator
    public RelativePath {
        boolean isOdd = !StandardCharsets.UTF_8.newEncoder().canEncode(value)
                || value.chars().anyMatch(c -> Character.isISOControl(c) || c == '\\');
        boolean names = Arrays.stream(value.split("/", -1))
                .noneMatch(name -> NO_NAMES.contains(name) || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME);
        if (value.length() > MAX_LENGTH || isOdd || !names) {
            throw new FieldInvalid(
                    FIELD,
                    "Use a relative path of up to " + MAX_LENGTH + " characters, without '.' and '..', empty names,"
                            + " backslashes and control characters.");
        }
    }

    @Override
    public int compareTo(RelativePath other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
