package dev.lading.lambda;

/** A part of the process that takes part in a snapshot, to be faster or safer afterwards. */
public interface SnapshotPart {
    /** Does what requests do, so that classes are loaded, compiled and connected, and changes nothing. */
    void prime() throws Exception;

    /** Drops what no two copies of the process may share, secrets above all. */
    default void forget() {}
}
