package dev.lading.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that gives prepared answers and records requests. */
public final class FakeServer implements AutoCloseable {
    /** The digest of no bytes. */
    public static final String OF_NOTHING = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static final String REPOSITORY = "/pulp/api/v3/repositories/container/container/0197/";
    public static final String TASK = "/pulp/api/v3/tasks/0198/";

    private final HttpServer http;
    private final Map<String, Queue<Reply>> replies = new HashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> passwords = new CopyOnWriteArrayList<>();

    public record Reply(int status, Map<String, String> headers, String body) {}

    public FakeServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
        reply("GET /pulp/api/v3/status/", 200, "{\"database_connection\": {\"connected\": true}}");
        reply(
                "GET /pulp/api/v3/repositories/container/container/?fields=pulp_href&limit=1&name=team%2Fapp",
                200, "{\"count\": 1, \"results\": [{\"pulp_href\": \"" + REPOSITORY + "\"}]}");
    }

    public String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Prepares the answer to the next request of that kind, with its range if it has one; the last reply is for all that follow. */
    public FakeServer reply(String request, int status, String body) {
        return reply(request, new Reply(status, Map.of(), body));
    }

    public FakeServer reply(String request, Reply reply) {
        replies.computeIfAbsent(request, r -> new ArrayDeque<>()).add(reply);
        return this;
    }

    /** Replaces all prepared answers of a kind. */
    public FakeServer only(String request, Reply reply) {
        replies.remove(request);
        return reply(request, reply);
    }

    public FakeServer only(String request, int status, String body) {
        replies.remove(request);
        return reply(request, status, body);
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Values of {@code Authorization} so far. */
    public List<String> passwords() {
        return List.copyOf(passwords);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            String request =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI() + (range == null ? "" : " " + range);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(body.isEmpty() ? request : request + " " + body);
            passwords.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            Queue<Reply> waiting = replies.getOrDefault(request, new ArrayDeque<>());
            Reply reply = waiting.size() > 1 ? waiting.remove() : waiting.peek();
            if (reply == null) {
                reply = new Reply(404, Map.of(), "{\"detail\": \"nothing here\"}");
            }
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] sent = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.status(), sent.length == 0 ? -1 : sent.length);
            exchange.getResponseBody().write(sent);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
