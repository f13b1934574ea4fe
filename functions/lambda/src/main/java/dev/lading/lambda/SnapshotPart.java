package dev.lading.lambda;

/** Something that a snapshot of the process is better, or safer, with. */
public interface SnapshotPart {
    /** Does what requests do, so that classes are loaded, compiled and connected, and changes nothing. */
    void prime() throws Exception;

    /** Drops what no two copies of the process may share, secrets above all. */
    default void forget() {}
}
