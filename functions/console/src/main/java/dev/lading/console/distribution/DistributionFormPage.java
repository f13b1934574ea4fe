package dev.lading.console.distribution;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;

/**
 * The form of a new distribution, or of a change.
 *
 * @param id of the one to change; empty: a new one
 * @param fixed why what it serves is not changed here; empty: it is
 */
record DistributionFormPage(Frame page, String id, FormInput input, String fixed) implements TemplateInstance {}
