package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Converts an HTTP API's event for reading as an HTTP request. Source: "Working with AWS Lambda proxy integrations for
 * HTTP APIs", payload 2.0.
 */
final class GatewayEvent {
    /**
     * Headers in which proxies name the client, and which clients can send, too: the gateway appends to what they sent.
     * They are dropped; the event itself has the address that connected, which becomes the request's remote address.
     */
    private static final Set<String> ORIGIN =
            Set.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-ssl");

    /** Characters that no path has unescaped. Source: RFC 3986, "Path". */
    private static final String NOT_OF_PATHS = "\"#<>?\\^`{|}";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private GatewayEvent() {}

    /** Changes the event in place and returns it. */
    static APIGatewayV2HTTPEvent asSent(APIGatewayV2HTTPEvent event) {
        event.setRawPath(path(event.getRawPath() == null ? "" : event.getRawPath()));
        Map<String, String> headers = event.getHeaders() == null ? new HashMap<>() : new HashMap<>(event.getHeaders());
        headers.keySet().removeIf(name -> ORIGIN.contains(name.toLowerCase(Locale.ROOT)));
        headers.entrySet()
                .removeIf(header -> "host".equalsIgnoreCase(header.getKey())
                        && header.getValue().isBlank());
        if (headers.keySet().stream().noneMatch("host"::equalsIgnoreCase)) {
            // As on the server: all later handlers need one.
            headers.put("host", "localhost");
        }
        event.setHeaders(headers);
        return event;
    }

    /**
     * The path of a request, escaped again, since the gateway decodes paths: anything that would end the path, such as
     * {@code ?}, is escaped. A percent sign stays, and is left to the rule for paths, which is the server's, too.
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
