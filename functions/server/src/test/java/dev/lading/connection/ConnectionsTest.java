package dev.lading.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.access.Source;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final Source ONE = new Source("192.0.2.1");
    private static final Source OTHER = new Source("192.0.2.2");

    @Test
    void one_source_has_half_of_all_connections_at_most() {
        Connections all = new Connections(10, 1000);
        for (int i = 0; i < 5; i++) {
            assertThat(all.admit(ONE, true)).isTrue();
        }
        assertThat(all.admit(ONE, true)).isFalse();
        for (int i = 0; i < 5; i++) {
            assertThat(all.admit(OTHER, true)).isTrue();
        }
        assertThat(all.admit(OTHER, true)).isFalse();

        all.leave(ONE, true);
        assertThat(all.admit(OTHER, true)).isFalse();
        assertThat(all.admit(ONE, true)).isTrue();
    }

    @Test
    void who_has_most_makes_room_for_who_has_less() {
        Connections all = new Connections(4, 1000);
        assertThat(all.admit(ONE, true)).isTrue();
        assertThat(all.admit(ONE, true)).isTrue();
        assertThat(all.admit(OTHER, true)).isTrue();
        assertThat(all.admit(OTHER, true)).isTrue();
        Source newcomer = new Source("192.0.2.3");
        assertThat(all.admit(newcomer, true)).as("none that is open rests").isFalse();

        ConnectionGuard busy = open(all);
        busy.deadlines().body(false, 0);
        assertThat(all.admit(newcomer, true)).as("nor this one").isFalse();

        ConnectionGuard resting = open(all);
        assertThat(all.admit(newcomer, true)).isTrue();
        assertThat(resting.rests()).as("it is closed").isFalse();
        open(all);
        assertThat(all.admit(newcomer, true)).as("it has as many as the others").isFalse();
    }

    @Test
    void a_proxys_connections_are_those_of_many() {
        Connections all = new Connections(10, 1000);
        for (int i = 0; i < 10; i++) {
            assertThat(all.admit(ONE, false)).isTrue();
        }
        assertThat(all.admit(ONE, false)).isFalse();
    }

    @Test
    void the_connection_that_holds_most_for_longest_makes_room() {
        Connections all = new Connections(10, 1000);
        ConnectionGuard old = open(all);
        ConnectionGuard small = open(all);
        ConnectionGuard fresh = open(all);
        old.hold(600);
        small.hold(10);
        fresh.hold(380);

        fresh.hold(20);

        assertThat(old.heldBytes()).isZero();
        assertThat(small.heldBytes()).isEqualTo(10);
        assertThat(fresh.heldBytes()).isEqualTo(400);
        old.hold(600);
        assertThat(old.heldBytes()).as("it is closed").isZero();
        fresh.hold(590);
        assertThat(fresh.heldBytes()).as("there is room again").isEqualTo(990);
    }

    private static ConnectionGuard open(Connections all) {
        ConnectionGuard guard = new ConnectionGuard(all, ONE, new TrustedProxies(List.of()));
        assertThat(new EmbeddedChannel(guard).isOpen()).isTrue();
        return guard;
    }
}
