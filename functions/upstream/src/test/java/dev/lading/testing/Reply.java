package dev.lading.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An answer of a {@link RawServer}, with its faults. Content-Length is the body's, unless it is given. */
public final class Reply {
    /** Sends the bytes of a body. */
    @FunctionalInterface
    interface Delivery {
        /** @return the fate of the connection */
        RawServer.Then send(OutputStream out, byte[] body) throws IOException;
    }

    private final int status;
    private final List<String> lines;
    private final byte[] body;
    private final Delivery delivery;

    private Reply(int status, List<String> lines, byte[] body, Delivery delivery) {
        this.status = status;
        this.lines = List.copyOf(lines);
        this.body = body.clone();
        this.delivery = delivery;
    }

    public static Reply of(int status) {
        return of(status, "");
    }

    public static Reply of(int status, String text) {
        return of(status, text.getBytes(StandardCharsets.UTF_8));
    }

    public static Reply of(int status, byte[] body) {
        return new Reply(status, List.of(), body, (out, bytes) -> {
            out.write(bytes);
            return RawServer.Then.GO_ON;
        });
    }

    public static Reply json(int status, String text) {
        return of(status, text).with("Content-Type", "application/json");
    }

    /** An error document. Source: distribution-spec v1.1, "Error Codes". */
    public static Reply error(int status, String code) {
        return json(status, "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"of the test\"}]}");
    }

    public static Reply redirect(int status, String location) {
        return of(status).with("Location", location);
    }

    /** No answer, for as long as the client waits. */
    public static Reply never() {
        return new Reply(0, List.of(), new byte[0], (out, bytes) -> RawServer.Then.WAIT);
    }

    /** This answer with one more header. */
    public Reply with(String name, String value) {
        List<String> more = new ArrayList<>(lines);
        more.add(name + ": " + value);
        return new Reply(status, more, body, delivery);
    }

    public Reply without(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return new Reply(
                status,
                lines.stream()
                        .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(start))
                        .toList(),
                body,
                delivery);
    }

    public Reply body(byte[] other) {
        return new Reply(status, lines, other, delivery);
    }

    /** This answer with one bit of the body flipped. */
    public Reply corrupted() {
        byte[] other = body.clone();
        other[other.length / 2] ^= 1;
        return body(other);
    }

    /** This answer, with the connection closed after so many bytes of the body. */
    public Reply cutAfter(int bytes) {
        return deliver(bytes, RawServer.Then.CLOSE);
    }

    /** This answer, with the connection reset after so many bytes of the body. */
    public Reply resetAfter(int bytes) {
        return deliver(bytes, RawServer.Then.RESET);
    }

    /** This answer, stalled after so many bytes of the body. */
    public Reply stallAfter(int bytes) {
        return deliver(bytes, RawServer.Then.WAIT);
    }

    /** This answer in chunks, without Content-Length. Source: RFC 9112, section 7.1. */
    public Reply chunked() {
        return new Reply(status, with("Transfer-Encoding", "chunked").lines, body, (out, bytes) -> {
            out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return RawServer.Then.GO_ON;
        });
    }

    /** This answer in chunks, repeated until the client closes the connection. */
    public Reply endless() {
        return new Reply(status, with("Transfer-Encoding", "chunked").lines, body, (out, bytes) -> {
            while (true) {
                out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(bytes);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        });
    }

    /** This answer byte by byte, with {@code between} run between each two. */
    public Reply dripped(Runnable between) {
        return new Reply(status, lines, body, (out, bytes) -> {
            for (byte each : bytes) {
                out.write(each);
                out.flush();
                between.run();
            }
            return RawServer.Then.GO_ON;
        });
    }

    /** This answer, with something run after so many bytes of the body, which are on their way by then. */
    public Reply pausedAfter(int count, Runnable between) {
        return new Reply(status, lines, body, (out, bytes) -> {
            out.write(bytes, 0, Math.min(count, bytes.length));
            out.flush();
            between.run();
            out.write(bytes, Math.min(count, bytes.length), Math.max(0, bytes.length - count));
            return RawServer.Then.GO_ON;
        });
    }

    private Reply deliver(int count, RawServer.Then then) {
        return new Reply(status, lines, body, (out, bytes) -> {
            out.write(bytes, 0, Math.min(count, bytes.length));
            return then;
        });
    }

    int status() {
        return status;
    }

    /** @param toHead whether the body is left out */
    RawServer.Then send(OutputStream out, boolean toHead) throws IOException {
        if (status == 0) {
            return RawServer.Then.WAIT;
        }
        var head = new StringBuilder("HTTP/1.1 " + status + " of the test\r\n");
        lines.forEach(line -> head.append(line).append("\r\n"));
        if (lines.stream()
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).matches("(content-length|transfer-encoding):.*"))) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (toHead) {
            out.flush();
            return RawServer.Then.GO_ON;
        }
        RawServer.Then then = delivery.send(out, body);
        out.flush();
        return then;
    }
}
