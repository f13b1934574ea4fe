package dev.lading.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.BlobPush;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.ProgressLine;
import dev.lading.cli.api.TaskWatch;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.TaskOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A build from a Containerfile: its folder is packed and pushed, and the log followed. */
final class ContainerfileBuild {
    private static final long MEBIBYTE = 1024 * 1024;

    private final Invocation invocation;
    private final TaskOptions task;
    private final Path folder;
    private final Containerfile containerfile;
    private final IgnorePatterns ignored;
    private final ObjectNode body;

    /** Reads what is not sent as it is, and checks it before anything is sent. */
    ContainerfileBuild(Invocation invocation, TaskOptions task, ContainerfileOptions options) {
        this.invocation = invocation;
        this.task = task;
        this.folder = invocation.folder().resolve(options.folder());
        if (!Files.isDirectory(folder)) {
            throw CommandFailure.usage("there is no folder " + folder);
        }
        this.body = options.settings(invocation);
        this.containerfile = Containerfile.read(invocation, options.file(), folder);
        this.ignored = containerfile.ignored(folder);
        body.put("containerfile_text", containerfile.text());
        // What they name is not sent; a builder reads them in another way, and would leave out more.
        body.put("ignore_files", false);
    }

    /** Pushes the folder as a blob of the repository, for an image of these tags. */
    void push(ApiClient api, String repository, List<String> tags) {
        Optional<ProgressLine> progress = task.progress(invocation);
        try {
            Path packed = spool();
            try {
                boolean isEmpty = !ContextPacker.pack(
                        folder, ignored, packed, bytes -> show(progress, "packing the context", bytes));
                try (var push = new BlobPush(api)) {
                    if (isEmpty) {
                        push.pushNothing(repository);
                    } else {
                        body.put(
                                "context_digest",
                                push.push(repository, packed, bytes -> show(progress, "pushing the context", bytes)));
                    }
                }
            } finally {
                Files.deleteIfExists(packed);
            }
        } catch (IOException e) {
            throw CommandFailure.usage("cannot pack " + folder, e);
        } finally {
            progress.ifPresent(ProgressLine::clear);
        }
        tags.forEach(body.putArray("tags")::add);
    }

    private static void show(Optional<ProgressLine> progress, String phase, long bytes) {
        progress.ifPresent(line -> line.show(phase, bytes / MEBIBYTE + " MiB"));
    }

    /** A file that is gone afterwards, and after a Ctrl-C, too. */
    private Path spool() throws IOException {
        Path place = Path.of(invocation.variable("TMPDIR").orElse(System.getProperty("java.io.tmpdir")));
        Path packed = Files.createTempFile(place, "lading-context", ".tar.gz");
        packed.toFile().deleteOnExit();
        return packed;
    }

    /**
     * Asks for the build and prints its log until it has ended, and cancels it if this process ends before.
     *
     * @param path of the call
     * @return the task, which was completed
     */
    JsonNode run(ApiClient api, String path) {
        PrintStream out = task.isQuiet()
                ? new PrintStream(PrintStream.nullOutputStream())
                : (task.isJson() ? invocation.err() : invocation.out());
        var log = new FollowedLog(api, task.progress(invocation), out);
        var cancel = new CancelOnExit(api, invocation.err());
        JsonNode ended = cancel.during(() -> {
            JsonNode started = api.post(path, body);
            cancel.started(TaskWatch.href(api, started));
            return new TaskWatch(api, log).await(started);
        });
        log.end(ended);
        return task.completed(invocation, ended);
    }
}
