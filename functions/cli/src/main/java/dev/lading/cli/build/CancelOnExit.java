package dev.lading.cli.build;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.TaskCancel;
import java.io.PrintStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Cancels a task if this process is ended before, as by Ctrl-C, even while the task is only asked for. */
final class CancelOnExit {
    private static final long PATIENCE_SECONDS = 10;

    private final ApiClient api;
    private final PrintStream err;
    private final CompletableFuture<String> task = new CompletableFuture<>();
    private final Thread hook = new Thread(this::cancel, "cancel");

    CancelOnExit(ApiClient api, PrintStream err) {
        this.api = api;
        this.err = err;
    }

    /** Starts a task, says so by {@link #started}, and waits for it. */
    JsonNode during(Supplier<JsonNode> action) {
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return action.get();
        } finally {
            leave();
        }
    }

    /** @param href path of the task */
    void started(String href) {
        task.complete(href);
    }

    private void leave() {
        task.cancel(false);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends, and the hook runs.
        }
    }

    private void cancel() {
        try {
            String href = task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            try {
                TaskCancel.ask(api, href);
                tell("the build was asked to stop, see " + href);
            } catch (CommandFailure e) {
                tell("the build may go on, see " + href + ": " + e.getMessage());
            }
        } catch (CancellationException e) {
            // There is no task.
        } catch (ExecutionException | TimeoutException e) {
            tell("the build may have begun");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String sentence) {
        err.println("lading: " + PrintableText.of(sentence));
    }
}
