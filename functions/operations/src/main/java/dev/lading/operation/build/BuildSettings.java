package dev.lading.operation.build;

/**
 * Bounds of builds.
 *
 * @param memory most that one may have, in bytes; what it gets that asks for none is {@link #usualMemory}
 * @param disk of one, in bytes
 * @param atOnce builds that run at the same time
 */
public record BuildSettings(long memory, long disk, int atOnce) {
    private static final long USUAL_MEMORY = 2L * 1024 * 1024 * 1024;

    public static final BuildSettings USUAL = new BuildSettings(USUAL_MEMORY, 10L * 1024 * 1024 * 1024, 1);

    public long usualMemory() {
        return Math.min(USUAL_MEMORY, memory);
    }
}
