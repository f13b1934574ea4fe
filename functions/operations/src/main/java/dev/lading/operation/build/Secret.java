package dev.lading.operation.build;

/** A secret's bytes, which no text of this object shows. */
public final class Secret {
    /** What is larger is no secret. */
    public static final int MAX_BYTES = 64 * 1024;

    private final byte[] bytes;

    public Secret(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    int length() {
        return bytes.length;
    }
}
