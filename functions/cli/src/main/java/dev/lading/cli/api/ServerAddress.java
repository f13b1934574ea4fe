package dev.lading.cli.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A server's address.
 *
 * @param uri scheme, host and perhaps port, and nothing else
 * @param source where that was read, for messages
 */
public record ServerAddress(URI uri, String source) {
    private static final String LOOPBACK = "127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\]|localhost";

    /** @throws CommandFailure if it is no address; the text may hold a secret, and is not repeated */
    public static ServerAddress parse(String text, String source) {
        try {
            URI uri = new URI(text.strip().replaceFirst("/+$", ""));
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return new ServerAddress(
                        new URI(scheme, null, uri.getHost().toLowerCase(Locale.ROOT), uri.getPort(), null, null, null),
                        source);
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw CommandFailure.usage("the server's address (" + source
                + ") must be a scheme, a host and perhaps a port, such as https://registry.example.com:5000");
    }

    /** Whether requests to it stay on this machine. */
    public boolean isLoopback() {
        return uri.getHost().matches(LOOPBACK);
    }

    public boolean isPlain() {
        return uri.getScheme().equals("http");
    }

    /** Whether both are one server, by scheme, host and port. */
    public boolean isAt(ServerAddress other) {
        return uri.getScheme().equals(other.uri.getScheme())
                && uri.getHost().equals(other.uri.getHost())
                && port() == other.port();
    }

    private int port() {
        return uri.getPort() != -1 ? uri.getPort() : (isPlain() ? 80 : 443);
    }

    @Override
    public String toString() {
        return uri + " (" + source + ")";
    }
}
