package dev.lading.console.distribution;

import dev.lading.console.Frame;
import dev.lading.distribution.Distribution;
import io.quarkus.qute.TemplateInstance;

/** Asks before a distribution is deleted. */
record DistributionDeletePage(Frame page, Distribution distribution) implements TemplateInstance {}
