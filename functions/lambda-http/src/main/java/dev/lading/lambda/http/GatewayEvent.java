package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An HTTP API's event, made ready to be read as an HTTP request. Source: "Working with AWS Lambda proxy integrations for HTTP
 * APIs", payload 2.0.
 */
final class GatewayEvent {
    /**
     * Headers that a proxy says the client's address in, and that clients send, too: the gateway puts what it knows behind
     * what they sent. The event itself has the address that connected, which is the request's remote address then.
     */
    private static final Set<String> ORIGIN =
            Set.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-ssl");

    /** What no path of a request has as it is. Source: RFC 3986, "Path". */
    private static final String NOT_OF_PATHS = "\"#<>?\\^`{|}";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private GatewayEvent() {}

    /** The same event, changed. */
    static APIGatewayV2HTTPEvent asSent(APIGatewayV2HTTPEvent event) {
        event.setRawPath(path(event.getRawPath() == null ? "" : event.getRawPath()));
        Map<String, String> headers = event.getHeaders() == null ? new HashMap<>() : new HashMap<>(event.getHeaders());
        headers.keySet().removeIf(name -> ORIGIN.contains(name.toLowerCase(Locale.ROOT)));
        headers.entrySet()
                .removeIf(header -> "host".equalsIgnoreCase(header.getKey())
                        && header.getValue().isBlank());
        if (headers.keySet().stream().noneMatch("host"::equalsIgnoreCase)) {
            // As on the server: everything behind wants one.
            headers.put("host", "localhost");
        }
        event.setHeaders(headers);
        return event;
    }

    /**
     * The path of a request for what the gateway named. The gateway decodes paths, so one may hold anything: what would be
     * read as something else than a path, such as {@code ?}, is escaped again. A percent sign stays: what it does in a path is
     * for the rule for paths to say, which is the same on the server.
     */
    private static String path(String decoded) {
        StringBuilder path = new StringBuilder(decoded.length() + 1);
        if (!decoded.startsWith("/")) {
            path.append('/');
        }
        for (byte each : decoded.getBytes(StandardCharsets.UTF_8)) {
            if (each <= ' ' || each == 0x7f || NOT_OF_PATHS.indexOf(each) >= 0) {
                path.append('%').append(HEX.toHexDigits(each));
            } else {
                path.append((char) each);
            }
        }
        return path.toString();
    }
}
