package dev.lading.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a token server gives. Source: distribution, "Token Authentication Specification", "Token Response Fields".
 *
 * @param expiresIn from when it arrived: the server's {@code issued_at} is by a clock that may differ
 */
record Token(String value, Duration expiresIn) {
    static final int MAX_BYTES = 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long DEFAULT_SECONDS = 60;

    /** So that no request is under way with it when it expires. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    /** @param document empty: it was too large */
    static Optional<Token> parse(Optional<byte[]> document) {
        try {
            JsonNode root = JSON.readTree(document.orElse(new byte[0]));
            long seconds = root.path("expires_in").asLong(DEFAULT_SECONDS);
            return Stream.of("token", "access_token")
                    .map(field -> root.path(field).asText(""))
                    // What fits into a header.
                    .filter(value -> value.matches("[\\x21-\\x7e]+"))
                    .findFirst()
                    .map(value -> new Token(value, Duration.ofSeconds(seconds > 0 ? seconds : DEFAULT_SECONDS)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** When to ask for the next one. */
    Instant renewal(Instant now) {
        Duration fifth = expiresIn.dividedBy(5);
        return now.plus(expiresIn.minus(fifth.compareTo(MARGIN) < 0 ? fifth : MARGIN));
    }

    @Override
    public String toString() {
        return "Token";
    }
}
