package dev.lading.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** Sends raw bytes, since clients' libraries send only valid requests. */
final class RawRequests {
    private static final int PATIENCE_MILLIS = 20_000;

    private RawRequests() {}

    /** Sends bytes; returns all that comes back until the connection ends. */
    static String send(String bytes) {
        return send(RegistryClient.port(), bytes);
    }

    static String send(int port, String bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketException reset) {
                // The connection was ended with bytes unread.
            }
            return answer.toString(ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one request without a body; returns the answer. */
    static String ask(String method, String target, String... headerLines) {
        return ask(RegistryClient.port(), method, target, headerLines);
    }

    static String ask(int port, String method, String target, String... headerLines) {
        String headers = headerLines.length == 0 ? "" : String.join("\r\n", headerLines) + "\r\n";
        return send(
                port,
                method + " " + target + " HTTP/1.1\r\nHost: registry.test\r\nConnection: close\r\n" + headers + "\r\n");
    }

    /** Status of an answer; 0: there was none. */
    static int status(String answer) {
        return answer.startsWith("HTTP/1.") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }
}
