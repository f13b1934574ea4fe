package dev.lading.console;

import io.quarkus.qute.TemplateInstance;

/** @param message what happened, and what to do */
record ErrorPage(Frame page, String heading, String message) implements TemplateInstance {}
