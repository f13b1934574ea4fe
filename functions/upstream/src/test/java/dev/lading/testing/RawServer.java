package dev.lading.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jboss.logging.Logger;

/**
 * An HTTP/1.1 server on a free port of this machine that can break off anywhere. It accepts requests without a body and
 * keeps connections open. Source: RFC 9112.
 */
public final class RawServer implements AutoCloseable {
    /** The fate of a connection after an answer. */
    enum Then {
        GO_ON,
        CLOSE,
        RESET,
        /** Wait until the client closes it. */
        WAIT
    }

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        Reply reply(Asked asked);
    }

    /** Takes over a connection, for tunnels. */
    @FunctionalInterface
    interface Tunnel {
        /** @return whether the tunnel was opened */
        boolean open(Asked asked, Socket socket) throws IOException;
    }

    private static final Logger LOG = Logger.getLogger(RawServer.class);

    private final ServerSocket listener;
    private final Handler handler;
    private final Tunnel tunnel;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<Asked> requests = new CopyOnWriteArrayList<>();
    private final boolean secure;

    private RawServer(ServerSocket listener, Handler handler, Tunnel tunnel, boolean secure) {
        this.listener = listener;
        this.handler = handler;
        this.tunnel = tunnel;
        this.secure = secure;
        Thread.ofVirtual().name("raw-server").start(this::accept);
    }

    public static RawServer start(Handler handler) {
        return start(handler, (asked, socket) -> false);
    }

    static RawServer start(Handler handler, Tunnel tunnel) {
        try {
            return new RawServer(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), handler, tunnel, false);
        } catch (IOException e) {
            throw new AssertionError("no free port", e);
        }
    }

    /** @param demandsCertificate whether clients must show one */
    public static RawServer startTls(SSLContext context, boolean demandsCertificate, Handler handler) {
        return startTls(context, demandsCertificate, handler, (asked, socket) -> false);
    }

    static RawServer startTls(SSLContext context, boolean demandsCertificate, Handler handler, Tunnel tunnel) {
        try {
            var listener = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
            listener.setNeedClientAuth(demandsCertificate);
            return new RawServer(listener, handler, tunnel, true);
        } catch (IOException e) {
            throw new AssertionError("no free port", e);
        }
    }

    /** Host and port, as in {@code 127.0.0.1:40123}. */
    public String authority() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    public String url() {
        return (secure ? "https://" : "http://") + authority();
    }

    /** All requests so far. */
    public List<Asked> requests() {
        return List.copyOf(requests);
    }

    public void forgetRequests() {
        requests.clear();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw new AssertionError("a port could not be closed", e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
                Thread.ofVirtual().name("raw-connection").start(() -> serve(connection));
            } catch (IOException e) {
                LOG.tracef(e, "closed, or a client that broke off");
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = new BufferedOutputStream(connection.getOutputStream());
            Then then = Then.GO_ON;
            while (then == Then.GO_ON) {
                Optional<Asked> asked = read(in);
                if (asked.isEmpty()) {
                    return;
                }
                requests.add(asked.get());
                if (tunnel.open(asked.get(), connection)) {
                    return;
                }
                boolean toHead = asked.get().method().equals("HEAD");
                then = handler.reply(asked.get()).send(out, toHead);
            }
            if (then == Then.RESET) {
                connection.setSoLinger(true, 0);
            } else if (then == Then.WAIT && in.read() < 0) {
                return;
            }
        } catch (IOException e) {
            LOG.tracef(e, "a client that broke off");
        } finally {
            connections.remove(connection);
        }
    }

    private static Optional<Asked> read(InputStream in) throws IOException {
        String start = line(in);
        if (start.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = start.split(" ", 3);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return Optional.of(new Asked(parts[0], parts[1], Map.copyOf(headers)));
    }

    /** A line; empty at the end of the stream, too. */
    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
            line.write(each);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
