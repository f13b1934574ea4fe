package dev.lading.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.BundleSignature;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.testing.ServiceContract;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

public abstract class TrustedKeysContract extends ServiceContract {
    private TrustedKeys keys() {
        return new TrustedKeys(metadata(), clock);
    }

    private static PublicKey key(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_key_is_trusted_until_it_is_not() {
        PublicKey edwards = key("Ed25519");
        PublicKey elliptic = key("EC");
        TrustedKey first = keys().trust(edwards);
        clock.advance(Duration.ofDays(1));
        keys().trust(elliptic);

        assertThat(keys().trust(edwards)).isEqualTo(first);
        assertThat(keys().list()).extracting(TrustedKey::key).containsExactlyInAnyOrder(edwards, elliptic);
        assertThat(first.name()).isEqualTo(BundleSignature.name(edwards));
        keys().distrust(first.name());
        assertThat(keys().trust(false).keys()).isEqualTo(List.of(elliptic));
        assertThat(keys().trust(true).unsigned()).isTrue();
        assertThatThrownBy(() -> keys().distrust(first.name())).isInstanceOf(EntityUnknown.class);
    }

    @Test
    void there_are_not_more_than_an_import_reads() {
        for (int i = 0; i < TrustedKeys.MOST; i++) {
            keys().trust(key("Ed25519"));
        }

        assertThatThrownBy(() -> keys().trust(key("Ed25519"))).isInstanceOf(EntityInUse.class);
        assertThat(keys().list()).hasSize(TrustedKeys.MOST);
    }
}
