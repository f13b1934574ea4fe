package dev.lading.console.task;

import dev.lading.console.Frame;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import java.util.Optional;

/**
 * @param made what it made
 * @param uses what it works on
 * @param delay seconds until a browser asks again
 */
record TaskPage(Frame page, TaskView task, List<Named> made, List<Named> uses, Optional<LogTail> log, int delay)
        implements TemplateInstance {
    /**
     * A resource.
     *
     * @param path of its page below {@code /ui}; empty: it has none
     */
    public record Named(String text, String path) {}
}
