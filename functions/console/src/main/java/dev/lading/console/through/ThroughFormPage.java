package dev.lading.console.through;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;

/** The form of a new pull-through cache. */
record ThroughFormPage(Frame page, FormInput input) implements TemplateInstance {}
