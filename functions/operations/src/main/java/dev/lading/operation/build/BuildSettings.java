package dev.lading.operation.build;

/**
 * How a deployment builds.
 *
 * @param version of Lading, which provenances name
 * @param memory most that one may have, in bytes; what it gets that asks for none is {@link #usualMemory}
 * @param disk of one, in bytes
 * @param atOnce builds that run at the same time
 */
public record BuildSettings(String version, long memory, long disk, int atOnce) {
    private static final long USUAL_MEMORY = 2L * 1024 * 1024 * 1024;

    private static final long USUAL_DISK = 10L * 1024 * 1024 * 1024;

    /** What a deployment has that is not told otherwise. */
    public static BuildSettings usual(String version) {
        return new BuildSettings(version, USUAL_MEMORY, USUAL_DISK, 1);
    }

    public long usualMemory() {
        return Math.min(USUAL_MEMORY, memory);
    }
}
