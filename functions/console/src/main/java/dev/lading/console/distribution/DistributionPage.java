package dev.lading.console.distribution;

import dev.lading.console.Frame;
import dev.lading.distribution.Distribution;
import io.quarkus.qute.TemplateInstance;
import java.util.Optional;

/**
 * @param serves what its caller may know of what is served; empty: nothing
 * @param mayChange whether its caller may change it
 * @param mayDelete whether its caller may delete it
 * @param done what was just done, in words; empty: nothing
 */
record DistributionPage(
        Frame page,
        Distribution distribution,
        Optional<Served> serves,
        boolean mayChange,
        boolean mayDelete,
        String done)
        implements TemplateInstance {}
