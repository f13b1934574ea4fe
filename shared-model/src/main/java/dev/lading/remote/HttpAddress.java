package dev.lading.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An http or https address as Go's clients, and so registries, write it: with {@code _} in a host, and with characters
 * in a path or query that {@link URI} refuses and that are escaped here. Without user information and fragment.
 *
 * @param scheme in lower case
 * @param host in lower case, an IPv6 address in brackets
 * @param port as written, perhaps out of range
 * @param path with its query, escaped
 */
public record HttpAddress(String scheme, String host, OptionalInt port, String path) {
    private static final Pattern SYNTAX =
            Pattern.compile("(https?)://([^/?#\\\\]*)([^#]*)(#.*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern AUTHORITY =
            Pattern.compile("(.*@)?([a-z0-9_~.-]+|\\[[0-9a-f:.]+])(?::([0-9]{0,9}))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*", Pattern.DOTALL);

    private static final int MAX_PORT = 65_535;

    /**
     * Characters kept in a path and in a query, beside letters and digits; others are escaped. Source: RFC 3986,
     * section 3.3.
     */
    private static final String PLAIN = "-._~!$&'()*+,;=:@/?";

    /** @throws URISyntaxException with the reason, in the words of a message */
    public static HttpAddress parse(String text) throws URISyntaxException {
        Matcher whole = SYNTAX.matcher(text.strip());
        if (!whole.matches()) {
            throw new URISyntaxException(text, "it must begin with http:// or https://");
        }
        Matcher authority = AUTHORITY.matcher(whole.group(2));
        if (!authority.matches()) {
            throw new URISyntaxException(text, "it has no host, or one that cannot be");
        }
        String port = authority.group(3);
        return new HttpAddress(
                whole.group(1).toLowerCase(Locale.ROOT),
                authority.group(2).toLowerCase(Locale.ROOT),
                port == null || port.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port)),
                escaped(whole.group(3)));
    }

    /** An address known to be valid. */
    public static HttpAddress of(String text) {
        try {
            return parse(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("this is no address", e);
        }
    }

    /** Whether an address contains credentials. */
    static boolean hasUserInformation(String text) {
        Matcher whole = SYNTAX.matcher(text.strip());
        return whole.matches() && whole.group(2).contains("@");
    }

    /** Resolves a reference, perhaps relative, in an answer from an address. Empty: it is not a valid address. */
    public static Optional<URI> follow(URI from, String reference) {
        String text = reference.strip();
        try {
            if (text.startsWith("//")) {
                text = from.getScheme() + ":" + text;
            }
            String target = SCHEME.matcher(text).matches() ? text : resolved(from, text);
            return Optional.of(parse(target))
                    .filter(HttpAddress::hasPossiblePort)
                    .map(HttpAddress::uri);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String resolved(URI from, String relative) throws URISyntaxException {
        String path = escaped(relative.replaceFirst("(?s)#.*", ""));
        return path.isEmpty() || path.startsWith("?")
                ? from.getScheme() + "://" + from.getRawAuthority() + from.getRawPath() + path
                : from.resolve(new URI(path)).toString();
    }

    /** Whether the port, if given, is in range. */
    public boolean hasPossiblePort() {
        return port.isEmpty() || (port.getAsInt() > 0 && port.getAsInt() <= MAX_PORT);
    }

    /** The address as a URI. Its host may be null where its authority, as here, is not. */
    public URI uri() {
        return URI.create(scheme + "://" + authority() + path);
    }

    /** Host, and port if it is written. */
    public String authority() {
        return host + (port.isPresent() ? ":" + port.getAsInt() : "");
    }

    /** The written port, or the scheme's default. */
    public int effectivePort() {
        return port.orElse("https".equals(scheme) ? 443 : 80);
    }

    private static String escaped(String text) throws URISyntaxException {
        var escaped = new StringBuilder();
        boolean inQuery = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f) {
                throw new URISyntaxException(text, "it has a control character", i);
            }
            inQuery |= c == '?';
            if (isLetterOrDigit(c)
                    || PLAIN.indexOf(c) >= 0
                    || (inQuery && (c == '[' || c == ']'))
                    || isEscape(text, i)) {
                escaped.append(c);
                continue;
            }
            int length = Character.isHighSurrogate(c) && i + 1 < text.length() ? 2 : 1;
            for (byte each : text.substring(i, i + length).getBytes(StandardCharsets.UTF_8)) {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
            i += length - 1;
        }
        return escaped.toString();
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean isEscape(String text, int at) {
        return text.charAt(at) == '%'
                && at + 2 < text.length()
                && HexFormat.isHexDigit(text.charAt(at + 1))
                && HexFormat.isHexDigit(text.charAt(at + 2));
    }
}
