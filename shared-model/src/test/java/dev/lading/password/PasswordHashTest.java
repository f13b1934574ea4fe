package dev.lading.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordHashTest {
    /** Source: the tests of Argon2's reference implementation, for version 19 of Argon2id. */
    @ParameterizedTest
    @CsvSource({
        "password,      $argon2id$v=19$m=65536;t=2;p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "password,      $argon2id$v=19$m=256;t=2;p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "password,      $argon2id$v=19$m=256;t=2;p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    })
    void it_is_what_the_reference_implementation_makes(String password, String phc) {
        assertThat(new PasswordHash(phc.replace(';', ',')).matches(password)).isTrue();
        assertThat(new PasswordHash(phc.replace(';', ',')).matches(password + "1"))
                .isFalse();
    }

    @Test
    void the_same_password_has_another_hash_each_time_and_no_log_shows_it() {
        PasswordHash one = PasswordHash.of("correct horse");

        assertThat(one.text()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(PasswordHash.of("correct horse")).isNotEqualTo(one);
        assertThat(one.toString()).doesNotContain("$");
        assertThat(one.matches("correct horse")).isTrue();
    }
}
