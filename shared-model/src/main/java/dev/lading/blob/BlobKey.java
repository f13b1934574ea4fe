package dev.lading.blob;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.Digest;
import dev.lading.random.Randomness;
import java.util.HexFormat;

/** The key under which a blob's bytes were uploaded: 32 random hex digits that say nothing of the content. */
public record BlobKey(String value) {
    private static final int CHARACTERS = 32;

    @JsonCreator
    public BlobKey {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a blob key");
        }
    }

    public static boolean isValid(String text) {
        return text.length() == CHARACTERS && Digest.isLowerHex(text);
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
