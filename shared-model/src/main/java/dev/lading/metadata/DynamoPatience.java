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

/** Limits the retries of one transaction that conflicts with others: 10 s, with random pauses of milliseconds. */
final class DynamoPatience {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Reasons of a canceled transaction that may pass. Source: DynamoDB API, TransactWriteItems. */
    private static final Set<String> PASSING =
            Set.of("None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

    private final long begun = System.nanoTime();
    private long pause = SHORTEST_NANOS;

    /**
     * @throws RuntimeException the failure, if it is not transient
     * @throws StoreBusy when the time has run out
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

    /** @throws StoreBusy if the table throttles, after all of the client's retries */
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
