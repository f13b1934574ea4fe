package dev.lading.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Waits for tasks. */
final class TaskEnd {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TaskEnd() {}

    /** Waits for the task that an answer names; returns it as it ended. */
    static JsonNode await(RegistryClient client, RegistryClient.Answer started) {
        if (started.status() != 202) {
            throw new AssertionError("no task: " + started.status() + " "
                    + new String(started.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return await(client, started.json().path("task").asText());
    }

    static JsonNode await(RegistryClient client, String href) {
        Instant end = Instant.now().plus(PATIENCE);
        while (Instant.now().isBefore(end)) {
            JsonNode task = client.get(href).json();
            if (!task.path("finished_at").isNull()) {
                return task;
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        throw new AssertionError(href + " has not ended after " + PATIENCE);
    }
}
