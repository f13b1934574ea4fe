package dev.lading.sync;

import dev.lading.testing.AwsStores;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** Syncs over DynamoDB and S3 that fail, or meet others: a class of its own takes a process of its own. */
@ExtendWith(AwsStores.class)
class AwsSyncFaultsTest {
    /** What happens at each write is told by embedded storage, which is faster than emulators. */
    private static final int SOME = 4;

    @Nested
    class Failing extends FailureContract {
        @Override
        protected int betweenDeaths() {
            return SOME;
        }
    }

    @Nested
    class AtOnce extends AtOnceContract {
        @Override
        protected int betweenDeaths() {
            return SOME;
        }
    }
}
