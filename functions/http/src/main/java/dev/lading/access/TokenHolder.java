package dev.lading.access;

import dev.lading.account.Account;
import dev.lading.account.Identity;
import dev.lading.account.PrincipalId;
import dev.lading.account.Robot;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The account that a token was issued to, and the epochs then of everybody whose rights count in it.
 *
 * @param epoch of {@link Account#epoch}; a later one ends the token
 * @param others its groups, a robot's maker and the maker's groups, by id with their epoch
 */
record TokenHolder(PrincipalId account, long epoch, Map<PrincipalId, Long> others) {
    private static final Pattern SUBJECT = Pattern.compile("(?:user|robot):(\\d{1,19}):(\\d{1,18})");

    /** Ids are long, and a token has room for few. */
    private static final int BASE = Character.MAX_RADIX;

    private static final Pattern OTHERS = Pattern.compile("(?:[0-9a-z]{1,11}\\.[0-9a-z]{1,11}(?:,|$))*");

    /** The holder of a token by its subject and the claim of others; empty: it is neither a user nor a robot. */
    static Optional<TokenHolder> parse(String subject, String others) {
        Matcher parts = SUBJECT.matcher(subject);
        return parts.matches() && OTHERS.matcher(others).matches()
                ? PrincipalId.parse(parts.group(1))
                        .map(id -> new TokenHolder(id, Long.parseLong(parts.group(2)), epochs(others)))
                : Optional.empty();
    }

    private static Map<PrincipalId, Long> epochs(String others) {
        return Arrays.stream(others.split(","))
                .filter(text -> !text.isEmpty())
                .map(text -> text.split("\\.", 2))
                .collect(Collectors.toMap(
                        parts -> new PrincipalId(Long.parseLong(parts[0], BASE)),
                        parts -> Long.parseLong(parts[1], BASE)));
    }

    /** Everybody's epochs, with which revocations are compared. */
    Map<PrincipalId, Long> epochs() {
        Map<PrincipalId, Long> all = new TreeMap<>(others);
        all.put(account, epoch);
        return all;
    }

    /** The subject of tokens that are issued to an account. */
    static String subject(Account account) {
        return (account instanceof Robot ? "robot:" : "user:") + account.id() + ":" + account.epoch();
    }

    /** The claim of others, empty for most. */
    static String others(Identity identity) {
        return identity.others().entrySet().stream()
                .map(each -> Long.toString(each.getKey().value(), BASE) + "." + Long.toString(each.getValue(), BASE))
                .collect(Collectors.joining(","));
    }
}
