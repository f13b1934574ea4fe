package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests against a KMS in memory; localstack-tests use the emulator's. */
class KmsSealTest extends SealContract {
    private final MemoryKms kms = new MemoryKms();

    @Override
    protected Seal seal() {
        return new KmsSeal(kms, "alias/test");
    }

    @Override
    protected Seal foreignSeal() {
        return new KmsSeal(new MemoryKms(), "alias/test");
    }

    @Test
    void a_process_that_opens_again_and_again_asks_once() {
        Seal seal = seal();
        String sealed = seal.seal("hunter2", "owner");

        for (int i = 0; i < 10; i++) {
            seal.open(sealed, "owner");
        }

        assertThat(kms.decrypted).isOne();
    }

    @Test
    void to_who_may_only_seal_it_stays_closed() {
        String sealed = seal().seal("hunter2", "owner");
        kms.mayDecrypt = false;

        assertThatThrownBy(() -> seal().open(sealed, "owner")).isInstanceOf(SealBroken.class);
    }
}
