package dev.lading.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageGroupsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 20, 31, 50})
    void there_are_as_many_as_may_run_at_once(int atOnce) {
        var groups = new MessageGroups(atOnce);
        assertThat(Stream.generate(UUID::randomUUID).limit(2000).map(id -> groups.of("prn:repository:" + id)))
                .hasSameElementsAs(
                        IntStream.range(0, atOnce).mapToObj(String::valueOf).toList());
    }

    @Test
    void work_of_one_group_stays_in_one_wherever_it_is_sent_from() {
        assertThat(new MessageGroups(20).of("prn:pulp:/container/019b76da"))
                .isEqualTo("16")
                .isEqualTo(new MessageGroups(20).of("prn:pulp:/container/019b76da"));
    }

    @Test
    void lanes_of_one_remote_do_not_wait_for_each_other_while_there_is_room() {
        var groups = new MessageGroups(5);
        assertThat(IntStream.range(0, 5)
                        .mapToObj(lane -> groups.of("copy-" + UUID.fromString("0-0-0-0-1") + "-" + lane)))
                .doesNotHaveDuplicates();
    }

    @Test
    void none_at_once_is_refused() {
        assertThatThrownBy(() -> new MessageGroups(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
