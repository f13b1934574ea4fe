package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link Seal}. */
public abstract class SealContract {
    private static final String OWNER = "remote/1/password";

    /** A seal as of another process of the same registry, at each call. */
    protected abstract Seal seal();

    /** A seal of another registry. */
    protected abstract Seal foreignSeal();

    @ParameterizedTest(name = "a secret of {0} characters")
    @ValueSource(ints = {0, 1, 4096, 65_536})
    void what_was_sealed_opens_in_any_process(int length) {
        String secret = "ü".repeat(length);

        String sealed = seal().seal(secret, OWNER);

        assertThat(seal().open(sealed, OWNER)).isEqualTo(secret);
    }

    @Test
    void what_is_kept_does_not_tell_the_secret_nor_that_two_are_the_same() {
        Seal seal = seal();
        String once = seal.seal("hunter2", OWNER);

        assertThat(once).isASCII().doesNotContain("hunter2").isNotEqualTo(seal.seal("hunter2", OWNER));
    }

    @Test
    void it_opens_for_its_owner_only() {
        String sealed = seal().seal("hunter2", OWNER);

        assertThatThrownBy(() -> seal().open(sealed, "remote/2/password"))
                .isInstanceOf(SealBroken.class)
                .hasMessageContaining("remote/2/password");
        assertThatThrownBy(() -> foreignSeal().open(sealed, OWNER)).isInstanceOf(SealBroken.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"", ".", "a.b", "not sealed", "AAAA", "AAAA.AAAA"})
    void what_was_not_sealed_does_not_open(String text) {
        assertThatThrownBy(() -> seal().open(text, OWNER)).isInstanceOf(SealBroken.class);
    }

    @Test
    void what_was_changed_does_not_open() {
        String sealed = seal().seal("hunter2", OWNER);
        int middle = sealed.length() - 10;
        char other = sealed.charAt(middle) == 'A' ? 'B' : 'A';
        String changed = sealed.substring(0, middle) + other + sealed.substring(middle + 1);

        assertThatThrownBy(() -> seal().open(changed, OWNER)).isInstanceOf(SealBroken.class);
    }
}
