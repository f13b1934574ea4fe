package dev.lading.console.distribution;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;

/**
 * The form of a new distribution, or of a change.
 *
 * @param id of the one to change; empty: a new one
 * @param through whether a pull made it, so that it serves no other repository
 */
record DistributionFormPage(Frame page, String id, FormInput input, boolean through) implements TemplateInstance {}
