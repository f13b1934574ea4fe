package dev.lading.embedded;

import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.metadata.ConcurrencyContract;
import dev.lading.metadata.Condition;
import dev.lading.metadata.ConditionContract;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.MetadataStoreContract;
import dev.lading.metadata.QueryContract;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteMetadataStoreTest {
    private static final int THREADS = 64;
    private static final Table<Line> LINES = new Table<>("line", Line.class, l -> new Key("page", l.text()));

    @TempDir
    private Path folder;

    private SqliteMetadataStore store;

    private record Line(String text) {}

    @BeforeEach
    void open() throws Exception {
        store = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void a_write_waits_for_who_has_the_lock_for_a_moment() throws Exception {
        try (var other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("lading.db"));
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            var written = new AtomicBoolean();
            Thread writer = Thread.ofPlatform()
                    .start(() -> written.set(store.write(Write.put(LINES, new Line("a"), Condition.absent()))));
            while (writer.isAlive() && writer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            statement.execute("COMMIT");
            writer.join();
            assertThat(written).isTrue();
        }
        assertThat(store.get(LINES, new Key("page", "a"))).contains(new Line("a"));
    }

    @Nested
    class Records extends MetadataStoreContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Nested
    class Conditions extends ConditionContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Nested
    class Queries extends QueryContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Nested
    class Concurrency extends ConcurrencyContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Test
    void records_survive_a_restart() throws Exception {
        Line line = new Line("kept");
        store.write(Write.put(LINES, line));
        close();
        open();
        assertThat(find(line)).isTrue();
    }

    @Test
    void records_are_read_by_another_process_while_this_one_has_not_closed() throws Exception {
        Line line = new Line("answered for");
        store.write(Write.put(LINES, line));
        try (var second = new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder))) {
            assertThat(second.get(LINES, LINES.keyOf().apply(line))).contains(line);
        }
    }

    @Test
    void each_of_a_group_of_writes_gets_its_own_answer() {
        Set<Integer> refused = ConcurrentHashMap.newKeySet();
        together(THREADS, thread -> {
            Line taken = new Line("taken by two: " + thread / 2);
            if (!store.write(Write.put(LINES, taken, Condition.absent()), Write.put(LINES, new Line("of " + thread)))) {
                refused.add(thread);
            }
        });
        assertThat(refused).hasSize(THREADS / 2);
        for (int thread = 0; thread < THREADS; thread++) {
            assertThat(find(new Line("of " + thread))).isNotEqualTo(refused.contains(thread));
        }
    }

    @Test
    void a_write_after_the_end_is_refused() throws Exception {
        store.close();
        assertThatThrownBy(() -> store.write(Write.put(LINES, new Line("late"))))
                .isInstanceOf(RuntimeException.class);
        open();
    }

    @Test
    void a_database_of_a_newer_schema_is_refused_and_left_alone() throws Exception {
        Path newer = folder.resolve("newer.db");
        int schema = SqliteMetadataStore.SCHEMA + 1;
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + newer);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + schema);
        }
        assertThatThrownBy(() -> new SqliteMetadataStore(newer, new DiskSpace(folder)).close())
                .hasMessageContaining("schema " + schema);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + newer);
                var statement = connection.createStatement();
                var version = statement.executeQuery("PRAGMA user_version")) {
            assertThat(version.getInt(1)).isEqualTo(schema);
        }
    }

    private boolean find(Line line) {
        return store.get(LINES, LINES.keyOf().apply(line)).isPresent();
    }
}
