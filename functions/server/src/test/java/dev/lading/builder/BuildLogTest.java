package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLogTest {
    @TempDir
    private Path folder;

    private String reason(String text) throws Exception {
        try (var log = new BuildLog(folder.resolve("log"))) {
            log.write(text.getBytes(StandardCharsets.UTF_8));
            return log.reason();
        }
    }

    @Test
    void a_reason_cannot_steer_a_terminal() throws Exception {
        assertThat(reason("Error: \u001b[2J\u0007gone\n")).isEqualTo("Error: ?[2J?gone");
    }

    @Test
    void a_refused_mount_is_the_reason_whatever_follows() throws Exception {
        assertThat(reason("creating container: Error: the step mounts x\nError: while running runtime\n"))
                .isEqualTo("Error: the step mounts x");
    }

    @Test
    void several_errors_of_a_registry_are_one_reason() throws Exception {
        assertThat(reason("Error: reading manifest 1 in a/b: errors:\ndenied: no\nunauthorized: not you\n"))
                .isEqualTo("Error: reading manifest 1 in a/b: errors: denied: no; unauthorized: not you");
        assertThat(reason("Error: of a step: errors:\n" + "x\n".repeat(100_000)))
                .hasSizeLessThan(5_000);
    }

    @Test
    void an_endless_line_is_not_kept() throws Exception {
        assertThat(reason("x".repeat(1_000_000) + "\n")).hasSizeLessThan(5_000);
    }

    @Test
    void a_log_ends_where_it_is_large() throws Exception {
        byte[] part = new byte[1024 * 1024];
        try (var log = new BuildLog(folder.resolve("log"))) {
            for (int i = 0; i < 20; i++) {
                log.write(part);
            }
        }
        assertThat(Files.size(folder.resolve("log"))).isBetween(BuildLog.MOST_BYTES, BuildLog.MOST_BYTES + 100);
    }
}
