package dev.lading.account;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * Who last said where something comes from, with whose rights it is fetched.
 *
 * @param account empty: an administrator
 */
public record Sponsor(Optional<PrincipalId> account) {
    private static final String ADMINISTRATOR = "administrator";

    @JsonCreator
    static Sponsor stored(String text) {
        return new Sponsor(text.equals(ADMINISTRATOR) ? Optional.empty() : PrincipalId.parse(text));
    }

    @JsonValue
    @Override
    public String toString() {
        return account.map(PrincipalId::toString).orElse(ADMINISTRATOR);
    }
}
