package dev.lading.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jboss.logging.Logger;

/**
 * A proxy that forwards plain requests and opens tunnels, behind a password if it has one. Source: RFC 9110, sections
 * 7.3.3 and 9.3.6.
 */
public final class TestProxy implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TestProxy.class);

    private final RawServer server;
    private volatile Optional<String> password = Optional.empty();

    private TestProxy(Optional<SSLContext> tls) {
        this.server = tls.isPresent()
                ? RawServer.startTls(tls.get(), false, this::pass, this::tunnel)
                : RawServer.start(this::pass, this::tunnel);
    }

    public static TestProxy start() {
        return new TestProxy(Optional.empty());
    }

    public static TestProxy startTls(SSLContext context) {
        return new TestProxy(Optional.of(context));
    }

    public void demandPassword(String username, String secret) {
        password = Optional.of("Basic "
                + Base64.getEncoder().encodeToString((username + ":" + secret).getBytes(StandardCharsets.UTF_8)));
    }

    public String url() {
        return server.url();
    }

    public List<Asked> requests() {
        return server.requests();
    }

    @Override
    public void close() {
        server.close();
    }

    private boolean knows(Asked asked) {
        return password.isEmpty() || password.equals(asked.header("proxy-authorization"));
    }

    private Reply pass(Asked asked) {
        if (!knows(asked)) {
            return Reply.of(407).with("Proxy-Authenticate", "Basic realm=\"proxy\"");
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create(asked.target())).method(asked.method(), BodyPublishers.noBody());
            asked.header("authorization").ifPresent(value -> request.header("Authorization", value));
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            Reply reply = Reply.of(response.statusCode(), response.body());
            for (var header : response.headers().map().entrySet()) {
                for (String value : header.getValue()) {
                    reply = reply.with(header.getKey(), value);
                }
            }
            return reply;
        } catch (IOException e) {
            return Reply.of(502);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.of(502);
        }
    }

    private boolean tunnel(Asked asked, Socket client) throws IOException {
        if (!asked.method().equals("CONNECT") || !knows(asked)) {
            return false;
        }
        URI target = URI.create("tunnel://" + asked.target());
        try (Socket upstream = new Socket(target.getHost(), target.getPort())) {
            client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread up = Thread.ofVirtual().start(() -> copy(client, upstream));
            copy(upstream, client);
            up.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    private static void copy(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            LOG.tracef(e, "one of the two has gone");
        }
    }
}
