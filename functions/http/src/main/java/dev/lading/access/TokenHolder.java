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
 * The account that a token was issued to.
 *
 * @param epochs those at its issue of everybody whose rights count in it: the account, its groups, a robot's maker and
 *     the maker's groups. A later one ends the token
 */
record TokenHolder(PrincipalId account, Map<PrincipalId, Long> epochs) {
    private static final Pattern SUBJECT = Pattern.compile("(?:user|robot):(\\d{1,19}):(\\d{1,18})");

    /** Ids are long, and a token has room for few. */
    private static final int BASE = Character.MAX_RADIX;

    private static final Pattern OTHERS = Pattern.compile("(?:[0-9a-z]{1,11}\\.[0-9a-z]{1,11}(?:,|$))*");

    /** The holder of a token by its subject and the claim of others; empty: it is neither a user nor a robot. */
    static Optional<TokenHolder> parse(String subject, String others) {
        Matcher parts = SUBJECT.matcher(subject);
        return parts.matches() && OTHERS.matcher(others).matches()
                ? PrincipalId.parse(parts.group(1))
                        .map(id -> new TokenHolder(id, epochs(id, Long.parseLong(parts.group(2)), others)))
                : Optional.empty();
    }

    private static Map<PrincipalId, Long> epochs(PrincipalId account, long epoch, String others) {
        Map<PrincipalId, Long> epochs = new TreeMap<>();
        Arrays.stream(others.split(","))
                .filter(text -> !text.isEmpty())
                .map(text -> text.split("\\.", 2))
                .forEach(parts ->
                        epochs.put(new PrincipalId(Long.parseLong(parts[0], BASE)), Long.parseLong(parts[1], BASE)));
        epochs.put(account, epoch);
        return epochs;
    }

    /** Whether nothing was taken from the account since; of others, that is not asked. */
    boolean isCurrent(Account found) {
        return Long.valueOf(found.epoch()).equals(epochs.get(account));
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
