package dev.lading.upstream.login;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A token server's answer. Source: distribution, "Token Authentication Specification", "Token Response Fields".
 *
 * @param expiresIn counted from arrival: the server's {@code issued_at} is by a clock that may differ
 */
record Token(String value, Duration expiresIn) {
    static final int MAX_BYTES = 1024 * 1024;

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> FIELDS = Set.of("token", "access_token", "expires_in");
    private static final long DEFAULT_SECONDS = 60;

    /** Time before expiry at which a token is renewed, so that no request under way outlives it. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    /** @param document empty: it was too large */
    static Optional<Token> parse(Optional<byte[]> document) {
        try {
            Map<String, String> fields = fields(document.orElse(new byte[0]));
            long seconds = seconds(fields.getOrDefault("expires_in", ""));
            return Stream.of("token", "access_token")
                    .map(field -> fields.getOrDefault(field, ""))
                    // Only characters that a header may hold.
                    .filter(value -> value.matches("[\\x21-\\x7e]+"))
                    .findFirst()
                    .map(value -> new Token(value, Duration.ofSeconds(seconds > 0 ? seconds : DEFAULT_SECONDS)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Texts and numbers of an object; other values are skipped. Of two with the same name the later counts. */
    private static Map<String, String> fields(byte[] document) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return fields;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken().isScalarValue() && FIELDS.contains(name)) {
                    fields.put(name, json.getText());
                }
                json.skipChildren();
            }
            return fields;
        }
    }

    private static long seconds(String text) {
        try {
            return (long) Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return DEFAULT_SECONDS;
        }
    }

    /** The time to request the next token. */
    Instant renewal(Instant now) {
        Duration fifth = expiresIn.dividedBy(5);
        return now.plus(expiresIn.minus(fifth.compareTo(MARGIN) < 0 ? fifth : MARGIN));
    }

    @Override
    public String toString() {
        return "Token";
    }
}
