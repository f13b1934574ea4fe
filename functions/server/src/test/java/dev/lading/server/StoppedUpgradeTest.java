package dev.lading.server;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** An upgrade after a regular stop. */
@QuarkusTest
@QuarkusTestResource(
        value = EarlierFolder.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = EarlierFolder.FOLDER, value = StoppedUpgradeTest.RELEASE + "/stopped"),
            @ResourceArg(name = EarlierFolder.MOVED, value = "true")
        })
class StoppedUpgradeTest extends UpgradeContract {
    static final String RELEASE = "0.1.0-before-hardening";

    StoppedUpgradeTest() {
        super(RELEASE);
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void a_mirror_is_synced_with_the_password_that_was_sealed_then() {
        syncs();
    }
}
