package dev.lading.upstream;

import java.net.URI;
import java.util.Locale;

/** Who answers at an address. Source: RFC 6454, section 4. */
record Origin(String scheme, String host, int port) {
    static Origin of(URI uri) {
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() < 0 ? ("https".equals(scheme) ? 443 : 80) : uri.getPort();
        return new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port);
    }

    boolean isSecure() {
        return "https".equals(scheme);
    }
}
