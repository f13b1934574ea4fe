package dev.lading.console.through;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.time.Instant;
import java.util.List;

/**
 * @param since when this process began to count
 * @param made names that pulls made
 * @param next the name behind which the next ones begin; empty: these are the last
 * @param done what was just done, in words; empty: nothing
 */
record ThroughPage(Frame page, ThroughView cache, Instant since, List<Made> made, String next, May may, String done)
        implements TemplateInstance {
    /**
     * What a caller may do.
     *
     * @param change to change its settings
     * @param remote to change its remote
     */
    public record May(boolean change, boolean remote) {}

    /**
     * A name that a pull made.
     *
     * @param distribution its id
     * @param onlyCopies tags that the upstream no longer had when it was asked last, the first of them
     * @param more such tags
     */
    public record Made(String basePath, String distribution, List<String> onlyCopies, int more) {}
}
