package dev.lading.console.image;

import dev.lading.console.Frame;
import dev.lading.console.Some;
import io.quarkus.qute.TemplateInstance;

/** @param tag that is on it and that was asked for; empty: none was */
record ImagePage(Frame page, SeenImage image, String tag, ImageContent content, SaidOf said, Some<PullCommands> pulls)
        implements TemplateInstance {}
