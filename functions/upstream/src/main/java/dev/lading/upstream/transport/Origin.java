package dev.lading.upstream.transport;

import dev.lading.remote.HttpAddress;
import java.net.URI;

/** Scheme, host and port of an address. Source: RFC 6454, section 4. */
public record Origin(String scheme, String host, int port) {
    public static Origin of(URI uri) {
        // The host of an URI is null if it contains a character that is not allowed.
        HttpAddress address = HttpAddress.of(uri.toString());
        return new Origin(address.scheme(), address.host(), address.effectivePort());
    }

    public boolean isSecure() {
        return "https".equals(scheme);
    }
}
