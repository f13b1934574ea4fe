package dev.lading.console.mirror;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;

/**
 * @param due the next times when it is synced by itself
 * @param skipped whether it was not synced when it was due last
 * @param may what its caller may do with it
 * @param done what was just done, in words; empty: nothing
 */
record MirrorPage(Frame page, MirrorView mirror, Due due, boolean skipped, May may, String done)
        implements TemplateInstance {
    /**
     * What a caller may do.
     *
     * @param sync it now
     * @param schedule to change its schedule
     * @param remote to change its remote
     */
    public record May(boolean sync, boolean schedule, boolean remote) {}
}
