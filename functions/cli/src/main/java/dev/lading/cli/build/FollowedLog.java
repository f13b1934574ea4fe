package dev.lading.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.ProgressLine;
import dev.lading.cli.api.TaskWatch.Watcher;
import java.io.PrintStream;
import java.util.Optional;
import java.util.regex.Pattern;

/** Prints a build's log while it is written, and says when the build waits. */
final class FollowedLog implements Watcher {
    private static final Pattern HREF = Pattern.compile(Pattern.quote(ApiClient.API) + "[0-9A-Za-z_/-]+");
    private static final long MOST_BYTES = 256L * 1024 * 1024;

    private final ApiClient api;
    private final Optional<ProgressLine> progress;
    private final PrintStream out;
    private final LogText text = new LogText();
    private long read;

    FollowedLog(ApiClient api, Optional<ProgressLine> progress, PrintStream out) {
        this.api = api;
        this.progress = progress;
        this.out = out;
    }

    @Override
    public boolean sees(JsonNode task) {
        if (task.path("state").asText("").equals("waiting")) {
            progress.ifPresent(line -> line.show("waiting for a builder", ""));
        }
        return print(task.path("log").asText(""));
    }

    @Override
    public void clear() {
        progress.ifPresent(ProgressLine::clear);
    }

    /** Prints what is left of the log of a task that has ended. */
    void end(JsonNode task) {
        print(task.path("log").asText(""));
        out.print(text.end());
        out.flush();
    }

    /** @return whether there was more */
    private boolean print(String href) {
        if (href.isEmpty()) {
            return false;
        }
        if (!HREF.matcher(href).matches()) {
            throw api.unexpected("no href of a log");
        }
        long before = read;
        while (read < MOST_BYTES) {
            byte[] part = api.textFrom(href, read);
            if (part.length == 0) {
                break;
            }
            if (read == before) {
                clear();
            }
            out.print(text.of(part));
            out.flush();
            read += part.length;
        }
        return read > before;
    }
}
