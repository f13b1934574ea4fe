package dev.lading.console.status;

import dev.lading.console.Frame;
import dev.lading.management.TokenKeyResource;
import dev.lading.operation.build.BuilderAbilities;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * @param version of Lading
 * @param apis versions of Pulp whose API this is, by component
 * @param readable whether records can be read
 * @param disk empty: nobody counts
 * @param inside what only the administrator is shown
 * @param advice what is bad, and what to do; empty: all is well
 */
public record StatusPage(
        Frame page,
        String version,
        Map<String, String> apis,
        boolean readable,
        Optional<Disk> disk,
        BuilderAbilities builder,
        Optional<Inside> inside,
        List<Advice> advice)
        implements TemplateInstance {
    /** @param counts empty: nobody counts */
    public record Inside(
            TaskQueue queue,
            Optional<Activity.Counts> counts,
            PullThroughTotals throughs,
            List<TokenKeyResource.Shown> keys) {}

    /**
     * Something bad, and what to do.
     *
     * @param kind as style sheets know it: {@code bad}, or {@code warn}
     * @param link path below {@code /ui} where more is said; empty: nowhere
     */
    public record Advice(String kind, String text, String link) {}
}
