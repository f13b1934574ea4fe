package dev.lading.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.testing.SharedAws;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** DynamoDB under contention, which the emulator never shows: a fake answers as many requests as the test says. */
class DynamoConflictTest {
    private static final Note NOTE = Note.of("shelf", "a");

    private RuntimeException answer = canceled("TransactionConflict");
    private int times;

    private final MetadataStore store = SharedAws.newMetadataStore(this::busy);

    private DynamoDbClient busy(DynamoDbClient real) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, args) -> {
                    if (times > 0) {
                        times--;
                        throw answer;
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static TransactionCanceledException canceled(String... reasons) {
        return TransactionCanceledException.builder()
                .cancellationReasons(Stream.of(reasons)
                        .map(code -> CancellationReason.builder().code(code).build())
                        .toList())
                .build();
    }

    private void answer(int so, RuntimeException with) {
        times = so;
        answer = with;
    }

    private boolean writeTwo() {
        return store.write(
                Write.put(Note.TABLE, NOTE), Write.put(Note.TABLE, Note.of("shelf", "b"), Condition.absent()));
    }

    @Test
    void a_transaction_that_meets_others_again_and_again_is_applied_in_the_end() {
        answer(20, canceled("None", "TransactionConflict"));
        assertThat(writeTwo()).isTrue();
        assertThat(store.get(Note.TABLE, NOTE.key())).isEqualTo(Optional.of(NOTE));
        answer(1, canceled("ThrottlingError", "None"));
        assertThat(writeTwo()).isFalse();
    }

    @Test
    void a_single_write_that_meets_a_transaction_is_applied_in_the_end() {
        answer(20, TransactionConflictException.builder().build());
        assertThat(store.write(Write.put(Note.TABLE, NOTE))).isTrue();
    }

    @Test
    void a_condition_that_does_not_hold_is_told_at_once() {
        answer(1, canceled("TransactionConflict", "ConditionalCheckFailed"));
        assertThat(writeTwo()).isFalse();
        assertThat(store.get(Note.TABLE, NOTE.key())).isEmpty();
    }

    @Test
    void what_does_not_pass_is_a_failure_at_once() {
        answer(1, canceled("ValidationError", "TransactionConflict"));
        assertThatThrownBy(this::writeTwo).isInstanceOf(TransactionCanceledException.class);
    }

    @Test
    void a_table_that_takes_no_more_is_busy() {
        answer(
                2,
                DynamoDbException.builder()
                        .awsErrorDetails(AwsErrorDetails.builder()
                                .errorCode("ThrottlingException")
                                .build())
                        .build());
        assertThatThrownBy(() -> store.get(Note.TABLE, NOTE.key())).isInstanceOf(StoreBusy.class);
        assertThatThrownBy(this::writeTwo).isInstanceOf(StoreBusy.class);
    }
}
