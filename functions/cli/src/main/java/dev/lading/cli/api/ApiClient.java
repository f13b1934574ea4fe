package dev.lading.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;
import javax.net.ssl.SSLException;

/**
 * A client of one server's management API, over the JDK's client that starts fastest. The password goes to no other
 * host: redirects are not followed. Answers are bounded in size and time.
 */
public final class ApiClient {
    public static final String API = "/pulp/api/v3/";

    private static final int MOST_BYTES = 1024 * 1024;
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int CONNECT_MILLIS = 10_000;

    /** Read timeout, longer than a gateway waits for its function. */
    private static final int READ_MILLIS = 60_000;

    /** Read timeout of a file, before which a server may have to go through a long history. */
    private static final int FILE_MILLIS = 600_000;

    private static final Duration WHOLE_ANSWER = Duration.ofMinutes(2);

    private final ServerAddress server;
    private final ApiUser user;

    public ApiClient(ServerAddress server, ApiUser user) {
        this.server = server;
        this.user = user;
    }

    public ServerAddress server() {
        return server;
    }

    public ApiUser user() {
        return user;
    }

    /** Gets the document at a path of the server. */
    public JsonNode get(String path) {
        return send("GET", path, Optional.empty());
    }

    /** Starts a task or another action; returns the answered document. */
    public JsonNode post(String path, JsonNode body) {
        return send("POST", path, Optional.of(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Deletes what is at a path, at once. */
    public void delete(String path) {
        send("DELETE", path, Optional.empty());
    }

    /**
     * Reads on in a text that grows, at most 1 MiB at once.
     *
     * @param from how many bytes were read before
     * @return nothing, if there is no more yet
     */
    public byte[] textFrom(String path, long from) {
        try {
            HttpURLConnection connection = connection("GET", path, READ_MILLIS);
            connection.setRequestProperty("Accept", "text/plain, application/json;q=0.5");
            connection.setRequestProperty("Range", "bytes=" + from + "-");
            int status = status(connection);
            if (status == RANGE_NOT_SATISFIABLE) {
                return new byte[0];
            }
            if (status >= 300) {
                document(status, connection);
            }
            String range = String.valueOf(connection.getHeaderField("Content-Range"));
            if (status == HttpURLConnection.HTTP_PARTIAL ? !range.startsWith("bytes " + from + "-") : from > 0) {
                throw unexpected("another part of a text than was asked for");
            }
            try (InputStream answer = connection.getInputStream()) {
                return answer.readNBytes(MOST_BYTES);
            }
        } catch (IOException e) {
            throw CommandFailure.noServer(unreached(e));
        }
    }

    /** Takes an answer that may be of any length. */
    @FunctionalInterface
    public interface Taker {
        void take(InputStream answer) throws IOException;
    }

    /**
     * Asks for a file, which comes as it is made.
     *
     * @return false if the server sends none, which functions cannot
     * @throws IOException if it cannot be taken, or its end does not come
     */
    public boolean download(String path, JsonNode body, Taker taker) throws IOException {
        HttpURLConnection connection;
        int status;
        try {
            connection = sent("POST", path, Optional.of(body.toString().getBytes(StandardCharsets.UTF_8)), FILE_MILLIS);
            status = status(connection);
        } catch (IOException e) {
            throw CommandFailure.noServer(unreached(e));
        }
        if (status == HttpURLConnection.HTTP_NOT_IMPLEMENTED) {
            return false;
        }
        if (status != HttpURLConnection.HTTP_OK) {
            throw unexpected("no file: " + document(status, connection));
        }
        try (InputStream answer = connection.getInputStream()) {
            taker.take(answer);
        }
        return true;
    }

    /**
     * Gets a file by a link of the server's to another host, which is sent no password.
     *
     * @throws IOException if it cannot be taken, or its end does not come
     */
    public void fetch(String url, Taker taker) throws IOException {
        if (!url.matches("https?://.+")) {
            throw unexpected("no link where there is a file");
        }
        HttpURLConnection connection;
        int status;
        try {
            connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            status = connection.getResponseCode();
        } catch (IOException | IllegalArgumentException e) {
            throw CommandFailure.noServer("cannot reach where " + server + " keeps the file: " + e.getMessage());
        }
        if (status != HttpURLConnection.HTTP_OK) {
            throw CommandFailure.noServer("where " + server + " keeps the file, it was answered " + status);
        }
        try (InputStream answer = connection.getInputStream()) {
            taker.take(answer);
        }
    }

    /** Told how many bytes of a file were sent. */
    @FunctionalInterface
    public interface Sending {
        void sent(long bytes);
    }

    /**
     * Sends the beginning of a tar, or all of it, as it is read.
     *
     * @throws IOException if the file cannot be read
     */
    public JsonNode upload(String path, Path file, long bytes, Sending progress) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            try {
                HttpURLConnection connection = connection("POST", path, FILE_MILLIS);
                connection.setRequestProperty("Content-Type", "application/x-tar");
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(bytes);
                try (OutputStream out = connection.getOutputStream()) {
                    copy(in, out, bytes, progress);
                }
                return document(status(connection), connection);
            } catch (IOException e) {
                throw CommandFailure.noServer(unreached(e));
            }
        }
    }

    private static void copy(InputStream in, OutputStream out, long bytes, Sending progress) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long left = bytes; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("the file became shorter");
            }
            out.write(buffer, 0, count);
            left -= count;
            progress.sent(bytes - left);
        }
    }

    private JsonNode send(String method, String path, Optional<byte[]> body) {
        try {
            HttpURLConnection connection = sent(method, path, body, READ_MILLIS);
            return document(status(connection), connection);
        } catch (IOException e) {
            throw CommandFailure.noServer(unreached(e));
        }
    }

    private HttpURLConnection connection(String method, String path, int readMillis) throws IOException {
        var connection = (HttpURLConnection) server.uri().resolve(path).toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(readMillis);
        connection.setRequestMethod(method);
        connection.setRequestProperty("Accept", "application/json");
        connection.setRequestProperty("User-Agent", "lading");
        connection.setRequestProperty("Authorization", user.basic());
        return connection;
    }

    private HttpURLConnection sent(String method, String path, Optional<byte[]> body, int readMillis)
            throws IOException {
        HttpURLConnection connection = connection(method, path, readMillis);
        if (body.isPresent()) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            // A streamed body is never sent a second time behind our back.
            connection.setFixedLengthStreamingMode(body.get().length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.get());
            }
        }
        return connection;
    }

    private static int status(HttpURLConnection connection) throws IOException {
        try {
            return connection.getResponseCode();
        } catch (HttpRetryException e) {
            // A 401 to a streamed body.
            return e.responseCode();
        }
    }

    private JsonNode document(int status, HttpURLConnection connection) throws IOException {
        if (status >= 300 && status < 400) {
            throw CommandFailure.noServer(server + " redirects to " + connection.getHeaderField("Location")
                    + ", where the password is not sent; if that is your server, name it by --url");
        }
        if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
            throw CommandFailure.noServer("wrong user or password: " + server.uri() + " does not know " + user);
        }
        if (status == HttpURLConnection.HTTP_NO_CONTENT) {
            return JsonText.object();
        }
        InputStream answer = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        byte[] content = answer == null ? new byte[0] : read(answer);
        if (status == HttpURLConnection.HTTP_FORBIDDEN) {
            throw CommandFailure.noServer(server.uri() + " does not let " + user + " do this: " + sentence(content));
        }
        if (status >= 500 || status == 429) {
            throw CommandFailure.noServer(server + " answered " + status + ": " + sentence(content));
        }
        if (status >= 400) {
            throw CommandFailure.refused(sentence(content));
        }
        return parse(content)
                .filter(JsonNode::isObject)
                .orElseThrow(() -> unexpected("an answer that is no JSON object"));
    }

    private byte[] read(InputStream answer) throws IOException {
        long end = System.nanoTime() + WHOLE_ANSWER.toNanos();
        byte[] content = new byte[MOST_BYTES + 1];
        int length = 0;
        try (answer) {
            while (length < content.length) {
                int count = answer.read(content, length, content.length - length);
                if (count < 0) {
                    return Arrays.copyOf(content, length);
                }
                if (System.nanoTime() - end > 0) {
                    throw new SocketTimeoutException("the answer does not end");
                }
                length += count;
            }
        }
        throw unexpected("more than 1 MiB");
    }

    /** A failure for an answer that this client does not understand. */
    public CommandFailure unexpected(String what) {
        return CommandFailure.noServer(server + " does not answer as a Lading does: " + what);
    }

    private static Optional<JsonNode> parse(byte[] content) {
        try {
            return Optional.ofNullable(JsonText.parse(content));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of an error document: messages by field, or {@code detail}. */
    private static String sentence(byte[] content) {
        StringJoiner sentence = new StringJoiner("; ");
        parse(content)
                .ifPresent(document -> document.properties().forEach(field -> {
                    String prefix =
                            field.getKey().equals("detail") || field.getKey().equals("non_field_errors")
                                    ? ""
                                    : field.getKey() + ": ";
                    if (field.getValue().isTextual()) {
                        sentence.add(prefix + field.getValue().textValue());
                    }
                    field.getValue().elements().forEachRemaining(message -> sentence.add(prefix + message.asText()));
                }));
        return sentence.length() == 0 ? "no reason was given" : sentence.toString();
    }

    /** Why the server could not be asked. The JDK's newer client says nothing where nobody listens. */
    String unreached(IOException failure) {
        String why = switch (failure) {
            case UnknownHostException e -> "there is no host of that name";
            case SocketTimeoutException e -> "it does not answer in time";
            case ConnectException e ->
                "nobody listens there" + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")")
                        + "; is it running?";
            case SSLException e ->
                e.getMessage() + "; a certificate of your own must be in the JVM's trust store, which"
                        + " JDK_JAVA_OPTIONS=-Djavax.net.ssl.trustStore=<file> names";
            default -> String.valueOf(failure.getMessage());
        };
        return "cannot reach " + server + ": " + why;
    }
}
