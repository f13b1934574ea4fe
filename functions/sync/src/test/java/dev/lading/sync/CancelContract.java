package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.RepositoryName;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import dev.lading.testing.Bytes;
import dev.lading.testing.Remotes;
import dev.lading.testing.Reply;
import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A sync that is canceled ends at whatever step; otherwise these tests would wait for the timeouts of requests, or for
 * ever.
 */
@Timeout(50)
public abstract class CancelContract extends SyncFixture {
    private static final RepositoryName APP = new RepositoryName("app");

    private TaskId id = new TaskId(new UUID(0, 0));

    private void sync(Remotes remote) {
        id = start(request(APP, remote));
        deliver();
    }

    /** Cancels when a request arrives at the upstream. */
    private void cancelAt(String requests, UnaryOperator<Reply> then) {
        upstream.fault(requests, reply -> {
            process().tasks.cancel(id);
            return then.apply(reply);
        });
    }

    private void requireCanceled() {
        assertThat(task(id).state()).isEqualTo(TaskState.CANCELED);
        assertThat(task(id).error()).isEmpty();
        assertThat(process().registry.versions(APP)).containsExactly(0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tags/list", "manifests/v1", "referrers", "blobs"})
    void while_an_answer_does_not_come(String requests) {
        image("v1", Stream.of(Bytes.random(200_000)), "v1", "v2");
        cancelAt(requests, reply -> Reply.never());

        sync(remote());

        requireCanceled();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tags/list", "manifests/v1", "blobs"})
    void while_a_body_does_not_go_on(String requests) {
        image("v1", Stream.of(Bytes.random(200_000)), "v1");
        cancelAt(requests, reply -> reply.stallAfter(5));

        sync(remote());

        requireCanceled();
    }

    @Test
    void between_tries() {
        image("v1", Stream.of(Bytes.random(20)), "v1");
        upstream.fault("manifests", reply -> Reply.of(503));
        whileSleeping = () -> process().tasks.cancel(id);

        sync(remote().maxRetries(20));

        requireCanceled();
        assertThat(requests("/manifests/")).hasSizeLessThan(20);
    }

    @Test
    void between_tags_that_the_filters_look_at() {
        IntStream.range(0, 50).forEach(i -> image("v" + i, Stream.of(Bytes.random(20)), "v" + i));
        cancelAt("tags/list", reply -> reply);

        sync(remote().includes("*a*b*c", "v*"));

        requireCanceled();
        assertThat(requests("/manifests/")).isEmpty();
    }

    @Test
    void between_names_that_are_excluded() {
        cancelAt("manifests", reply -> reply);
        id = start(request(APP, remote().includes("v1", "v2").excludes("*x")));
        process().tasks.cancel(id);

        deliver();

        assertThat(task(id).state()).isEqualTo(TaskState.CANCELED);
    }

    @Test
    void in_a_list_without_an_end() {
        upstream.fault("tags/list", reply -> {
            int page = requests("/tags/list").size();
            if (page == 3) {
                process().tasks.cancel(id);
            }
            clock.advance(Duration.ofSeconds(2));
            return Reply.json(200, "{\"tags\":[\"v" + page + "\"]}")
                    .with("Link", "</v2/library/app/tags/list?page=" + page + ">; rel=\"next\"");
        });

        sync(remote());

        requireCanceled();
        assertThat(requests("/tags/list")).hasSizeLessThan(10);
    }
}
