package dev.lading.console.home;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;

/** @param query as it was given, without what surrounds it */
record SearchPage(Frame page, String query, Search.Found found) implements TemplateInstance {}
