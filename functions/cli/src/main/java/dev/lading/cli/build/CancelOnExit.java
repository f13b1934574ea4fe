package dev.lading.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.TaskCancel;
import java.io.PrintStream;
import java.util.function.Supplier;

/** Cancels a task if this process is ended before, as by Ctrl-C. */
final class CancelOnExit {
    private final ApiClient api;
    private final String task;
    private final PrintStream err;
    private final Thread hook = new Thread(this::cancel, "cancel");

    CancelOnExit(ApiClient api, String task, PrintStream err) {
        this.api = api;
        this.task = task;
        this.err = err;
    }

    /** Waits for the task. */
    JsonNode during(Supplier<JsonNode> waiting) {
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return waiting.get();
        } finally {
            leave();
        }
    }

    private void cancel() {
        String outcome;
        try {
            TaskCancel.ask(api, task);
            outcome = "the build was asked to stop, see " + task;
        } catch (CommandFailure e) {
            outcome = "the build may go on, see " + task + ": " + e.getMessage();
        }
        err.println("lading: " + PrintableText.of(outcome));
    }

    private void leave() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends, and the hook runs.
        }
    }
}
