package dev.lading.metadata;

import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** How long one transaction is tried against others that are at the same records: 10 s, with random pauses of milliseconds. */
final class DynamoPatience {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Why a transaction is canceled that may be applied the next time. Source: DynamoDB API, TransactWriteItems. */
    private static final Set<String> PASSING =
            Set.of("None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

    private final long begun = System.nanoTime();
    private long pause = SHORTEST_NANOS;

    /**
     * @throws RuntimeException the failure, if it is none that passes
     * @throws StoreBusy when patience has run out
     */
    void pause(AwsServiceException failure) {
        if (failure instanceof TransactionCanceledException canceled
                && !canceled.cancellationReasons().stream()
                        .map(CancellationReason::code)
                        .allMatch(code -> code == null || PASSING.contains(code))) {
            throw failure;
        }
        if (System.nanoTime() - begun > LIMIT_NANOS) {
            throw new StoreBusy("others change the same records all the time", RETRY_AFTER);
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(pause / 2, pause));
        pause = Math.min(2 * pause, LONGEST_NANOS);
    }

    /** @throws StoreBusy if the table takes no more, however often the client tries */
    static <T> T unlessThrottled(Supplier<T> call) {
        try {
            return call.get();
        } catch (AwsServiceException e) {
            if (e.isThrottlingException()) {
                throw new StoreBusy("DynamoDB takes no more requests now", RETRY_AFTER);
            }
            throw e;
        }
    }
}
