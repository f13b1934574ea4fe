package dev.lading.console.through;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.distribution.PullThroughDistribution;
import io.quarkus.qute.TemplateInstance;

/** The form that changes a pull-through cache. */
record ThroughEditPage(Frame page, PullThroughDistribution cache, FormInput input) implements TemplateInstance {}
