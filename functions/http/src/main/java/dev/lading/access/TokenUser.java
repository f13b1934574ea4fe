package dev.lading.access;

import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The user that a token was issued to, and their epoch then: the subject of the token.
 *
 * @param epoch of {@link User#epoch}; a later one ends the token
 */
record TokenUser(PrincipalId user, long epoch) {
    private static final Pattern SUBJECT = Pattern.compile("user:(\\d{1,19}):(\\d{1,18})");

    static TokenUser of(User user) {
        return new TokenUser(user.id(), user.epoch());
    }

    /** The user of a token's subject; empty: it is no user. */
    static Optional<TokenUser> parse(String subject) {
        Matcher parts = SUBJECT.matcher(subject);
        return parts.matches()
                ? PrincipalId.parse(parts.group(1)).map(id -> new TokenUser(id, Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    String subject() {
        return "user:" + user + ":" + epoch;
    }
}
