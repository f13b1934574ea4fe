package dev.lading.metadata;

/** A condition on the stored record; if it fails, the whole {@link MetadataStore#write} does nothing. */
public sealed interface Condition {
    record Anything() implements Condition {}

    record Absent() implements Condition {}

    record Present() implements Condition {}

    record AtRevision(long revision) implements Condition {}

    static Condition anything() {
        return new Anything();
    }

    static Condition absent() {
        return new Absent();
    }

    /** There is a record, whatever it holds. */
    static Condition present() {
        return new Present();
    }

    /** The stored record is there and its {@link Revised#revision()} is that of {@code read}. */
    static Condition unchanged(Revised read) {
        return new AtRevision(read.revision());
    }
}
