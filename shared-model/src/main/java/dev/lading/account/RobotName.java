package dev.lading.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import java.util.Optional;
import java.util.regex.Pattern;

/** A robot's name, {@code <namespace>+<name>}, which it logs in with. No user's name has a {@code +}. */
public record RobotName(String namespace, String name) {
    private static final char PLUS = '+';
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");

    @JsonCreator
    static RobotName stored(String text) {
        return parse(text).orElseThrow(() -> new IllegalStateException("no robot has this name: " + text));
    }

    /** A name as somebody sent it; empty: no robot has such a name. */
    public static Optional<RobotName> parse(String text) {
        int plus = text.indexOf(PLUS);
        if (plus < 0) {
            return Optional.empty();
        }
        String namespace = text.substring(0, plus);
        String name = text.substring(plus + 1);
        boolean valid = RepositoryName.isValid(namespace)
                && !namespace.contains("/")
                && NAME.matcher(name).matches();
        return valid ? Optional.of(new RobotName(namespace, name)) : Optional.empty();
    }

    /** @throws FieldInvalid if no robot may have this name */
    public static RobotName require(String text) {
        return parse(text)
                .orElseThrow(() -> new FieldInvalid(
                        "name",
                        "Say <namespace>+<name>, as team+ci; the name has at most 64 lower-case letters, digits, and"
                                + " . _ - between them."));
    }

    @JsonValue
    @Override
    public String toString() {
        return namespace + PLUS + name;
    }
}
