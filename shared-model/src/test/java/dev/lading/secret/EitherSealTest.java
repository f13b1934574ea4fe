package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EitherSealTest {
    private static EitherSeal byKms(MemoryKms kms, SecretStore secrets) {
        return EitherSeal.byKms(new KmsSeal(kms, "alias/test"), new StoredKeySeal(secrets));
    }

    private static EitherSeal byStoredKey(MemoryKms kms, SecretStore secrets) {
        return EitherSeal.byStoredKey(new KmsSeal(kms, "alias/test"), new StoredKeySeal(secrets));
    }

    private static SecretStore noSecrets() {
        return new MemorySecrets(new ConcurrentHashMap<>());
    }

    @Nested
    class ByKms extends SealContract {
        private final MemoryKms kms = new MemoryKms();
        private final SecretStore secrets = noSecrets();

        @Override
        protected Seal seal() {
            return byKms(kms, secrets);
        }

        @Override
        protected Seal foreignSeal() {
            return byKms(new MemoryKms(), noSecrets());
        }

        @Test
        void what_either_seal_sealed_before_opens() {
            String stored = new StoredKeySeal(secrets).seal("stored", "owner");
            String enveloped = new KmsSeal(kms, "alias/test").seal("enveloped", "owner");

            assertThat(seal().open(stored, "owner")).isEqualTo("stored");
            assertThat(seal().open(enveloped, "owner")).isEqualTo("enveloped");
        }

        @Test
        void what_is_new_needs_kms_to_open() {
            String sealed = seal().seal("new", "owner");

            assertThat(new KmsSeal(kms, "alias/test").open(sealed, "owner")).isEqualTo("new");
        }
    }

    @Nested
    class ByStoredKey extends SealContract {
        private final MemoryKms kms = new MemoryKms();
        private final SecretStore secrets = noSecrets();

        @Override
        protected Seal seal() {
            return byStoredKey(kms, secrets);
        }

        @Override
        protected Seal foreignSeal() {
            return byStoredKey(new MemoryKms(), noSecrets());
        }

        @Test
        void what_either_seal_sealed_before_opens() {
            String stored = new StoredKeySeal(secrets).seal("stored", "owner");
            String enveloped = new KmsSeal(kms, "alias/test").seal("enveloped", "owner");

            assertThat(seal().open(stored, "owner")).isEqualTo("stored");
            assertThat(seal().open(enveloped, "owner")).isEqualTo("enveloped");
        }

        @Test
        void what_is_new_needs_no_kms() {
            String sealed = seal().seal("new", "owner");

            assertThat(new StoredKeySeal(secrets).open(sealed, "owner")).isEqualTo("new");
        }
    }
}
