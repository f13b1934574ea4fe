package dev.lading.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.secret.MemorySecrets;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class StoredBundleKeysTest {
    private final MemorySecrets secrets = new MemorySecrets(new ConcurrentHashMap<>());

    @Test
    void the_key_is_made_once_and_kept() {
        var key = new StoredBundleKeys(secrets).publicKey();

        assertThat(new StoredBundleKeys(secrets).publicKey()).isEqualTo(key);
        assertThat(new StoredBundleKeys(new MemorySecrets(new ConcurrentHashMap<>())).publicKey())
                .isNotEqualTo(key);
        assertThat(new StoredBundleKeys(secrets).signer().sign(new byte[] {1})).isNotNull();
    }

    @Test
    void its_public_half_is_a_file_as_openssl_reads_them() {
        var key = new StoredBundleKeys(secrets).publicKey();

        assertThat(PublicKeys.pem(key).lines())
                .containsExactly(
                        "-----BEGIN PUBLIC KEY-----",
                        Base64.getEncoder().encodeToString(key.getEncoded()),
                        "-----END PUBLIC KEY-----");
    }

    @Test
    void a_damaged_key_says_what_to_do() {
        assertThat(secrets.putIfAbsent("bundle-key", "no key")).isTrue();

        assertThatThrownBy(() -> new StoredBundleKeys(secrets).signer()).hasMessageContaining("delete it");
    }
}
