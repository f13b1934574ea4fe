package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressFileTest {
    @TempDir
    Path folder;

    @Test
    void it_is_there_while_the_server_is() throws IOException {
        Path file = folder.resolve("address");
        Files.writeString(file, "http://127.0.0.1:1\n"); // of one that was killed
        try (var _ = AddressFile.tell(folder, "http://127.0.0.1:5000")) {
            assertThat(file).hasContent("http://127.0.0.1:5000");
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void a_folder_that_takes_no_files_stops_nobody() {
        try (var _ = AddressFile.tell(folder.resolve("none"), "http://127.0.0.1:5000")) {
            assertThat(folder).isEmptyDirectory();
        }
    }
}
