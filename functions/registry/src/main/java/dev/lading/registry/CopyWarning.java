package dev.lading.registry;

import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** A warning about content whose upstream gives no good answer. Source: distribution-spec v1.1, "Warnings". */
final class CopyWarning {
    /** Characters of the upstream's words; all of an answer's headers have room for 4,096. */
    private static final int MAX_LENGTH = 1_000;

    private CopyWarning() {}

    static Response.ResponseBuilder add(Response.ResponseBuilder response, Optional<String> why) {
        return why.map(text -> response.header("Warning", "299 - \"only copy is yours: " + quotable(text) + "\""))
                .orElse(response);
    }

    private static String quotable(String text) {
        String plain = text.replaceAll("[^ -~]", "?").replace("\\", "/").replace('"', '\'');
        return plain.substring(0, Math.min(plain.length(), MAX_LENGTH));
    }
}
