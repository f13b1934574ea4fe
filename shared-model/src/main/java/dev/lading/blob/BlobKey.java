package dev.lading.blob;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.random.Randomness;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Where a blob's bytes are: the key they were uploaded under, 32 random hex digits. It says nothing of the content. */
public record BlobKey(String value) {
    private static final Pattern SYNTAX = Pattern.compile("[0-9a-f]{32}");

    @JsonCreator
    public BlobKey {
        if (!SYNTAX.matcher(value).matches()) {
            throw new IllegalArgumentException("not a blob key");
        }
    }

    public static BlobKey random() {
        return new BlobKey(HexFormat.of().formatHex(Randomness.bytes(16)));
    }

    @JsonValue
    @Override
    public String toString() {
        return value;
    }
}
