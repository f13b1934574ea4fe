package dev.lading.server;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** An upgrade after kill -9: the server's last writes are in the write-ahead log only. */
@QuarkusTest
@QuarkusTestResource(
        value = EarlierFolder.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = EarlierFolder.FOLDER, value = KilledUpgradeTest.RELEASE + "/killed"))
class KilledUpgradeTest extends UpgradeContract {
    static final String RELEASE = "0.1.0-before-hardening";

    KilledUpgradeTest() {
        super(RELEASE);
    }

    @Test
    void what_was_acknowledged_before_the_end_is_there() {
        answers.path("killed").path("pulled").forEach(expected -> pulls(RegistryClient.anonymous(), expected));
    }
}
