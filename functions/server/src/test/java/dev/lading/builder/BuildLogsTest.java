package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.task.TaskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLogsTest {
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void the_oldest_go_when_all_are_larger_than_they_may_be() throws Exception {
        var logs = new BuildLogs(folder);
        TaskId oldest = log(logs, 0, 40);
        TaskId older = log(logs, 1, 30);
        TaskId newest = log(logs, 2, 60);

        logs.trim(100);

        assertThat(logs.find(newest)).isPresent();
        assertThat(logs.find(older)).isPresent();
        assertThat(logs.find(oldest)).isEmpty();
    }

    @Test
    void what_is_no_log_is_left_alone() throws Exception {
        Path other = Files.writeString(folder.resolve("other"), "text");

        new BuildLogs(folder).trim(0);

        assertThat(other).exists();
    }

    private static TaskId log(BuildLogs logs, int minute, int bytes) throws Exception {
        TaskId id = TaskId.next(START.plusSeconds(60L * minute));
        Files.write(logs.file(id), new byte[bytes]);
        return id;
    }
}
