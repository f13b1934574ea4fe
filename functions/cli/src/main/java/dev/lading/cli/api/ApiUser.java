package dev.lading.cli.api;

/**
 * Who asks a server.
 *
 * @param source where the password was read, for sentences
 */
public record ApiUser(String user, String password, String source) {
    /** The one user of a Lading. */
    public static final String USUAL_USER = "admin";

    public ApiUser {
        if (user.contains(":")) {
            throw CommandFailure.usage("a user's name has no colon");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " (password " + source + ")";
    }
}
