package dev.lading.cli.api;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a server to cancel a task. By the JDK's newer client, since the other sends no PATCH. */
public final class TaskCancel {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String CANCELED = "{\"state\":\"canceled\"}";

    private TaskCancel() {}

    /** @param task its path */
    public static void ask(ApiClient api, String task) {
        HttpRequest request = HttpRequest.newBuilder(api.server().uri().resolve(task))
                .method("PATCH", BodyPublishers.ofString(CANCELED))
                .header("Authorization", api.user().basic())
                .header("Content-Type", "application/json")
                .timeout(PATIENCE)
                .build();
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            if (status >= 300) {
                throw CommandFailure.refused(api.server() + " answered " + status);
            }
        } catch (IOException e) {
            throw CommandFailure.noServer(api.unreached(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.noServer("the request was broken off");
        }
    }
}
