package dev.lading.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A name that a user logs in with, unique without regard to case. Letters are ASCII, so that no two names look alike,
 * and {@code +} is left to the names of robots. Source: Django's user names, which Pulp has, less these.
 */
public record Username(String value) {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9@._-]{0,149}");

    /** Names that stand for the administrator, for nobody, and for identities of others. */
    private static final Set<String> RESERVED = Set.of("admin", "anonymous", "aws", "oidc");

    @JsonCreator
    public Username {
        if (!VALID.matcher(value).matches()) {
            throw invalid("Use letters, digits and @ . _ - (not first), at most 150 characters.");
        }
    }

    /** @throws FieldInvalid if the name may be no user's */
    static Username requireFree(String text) {
        Username name = new Username(text);
        if (isReserved(text)) {
            throw invalid("'" + text + "' is reserved; choose another name.");
        }
        return name;
    }

    /** Whether no user has such a name, nor makes a namespace of it. */
    public static boolean isReserved(String name) {
        return RESERVED.contains(name.toLowerCase(Locale.ROOT));
    }

    /** A name as somebody sent it; empty: nobody has such a name. */
    public static Optional<Username> parse(String text) {
        return VALID.matcher(text).matches() ? Optional.of(new Username(text)) : Optional.empty();
    }

    private static FieldInvalid invalid(String why) {
        return new FieldInvalid("username", why);
    }

    /** The text by which names are unique. */
    String folded() {
        return value.toLowerCase(Locale.ROOT);
    }

    @JsonValue
    @Override
    public String toString() {
        return value;
    }
}
