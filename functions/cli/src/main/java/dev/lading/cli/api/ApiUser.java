package dev.lading.cli.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Credentials for a server.
 *
 * @param source where the password was read, for messages
 */
public record ApiUser(String user, String password, String source) {
    /** The only user of a Lading server. */
    public static final String USUAL_USER = "admin";

    public ApiUser {
        if (user.contains(":")) {
            throw CommandFailure.usage("a user's name has no colon");
        }
    }

    /** The value of {@code Authorization}. */
    String basic() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** The user without the password. */
    @Override
    public String toString() {
        return user + " (password " + source + ")";
    }
}
