package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.embedded.DataFolder.Unusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFolderTest {
    @TempDir
    private Path parent;

    private Path root() {
        return parent.resolve("made").resolve("data");
    }

    /** Opens a folder in another process. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] args) throws IOException {
            try (DataFolder folder = DataFolder.open(Path.of(args[0]))) {
                System.out.println("opened " + folder.root());
            } catch (Unusable e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void a_folder_is_made_and_opened_again() throws IOException {
        DataFolder.open(root()).close();
        DataFolder.open(root()).close();
        assertThat(root().resolve("format")).hasContent("2");
    }

    @Test
    void another_process_is_refused_until_the_first_is_done() throws Exception {
        try (DataFolder folder = DataFolder.open(root())) {
            assertThat(folder.root()).exists();
            assertThat(openElsewhere()).contains("in use by another server");
        }
        assertThat(openElsewhere()).startsWith("opened");
    }

    @Test
    void a_second_opener_in_this_process_is_refused_and_frees_nothing() throws Exception {
        try (DataFolder folder = DataFolder.open(root())) {
            assertThat(folder.root()).exists();
            assertThatThrownBy(() -> DataFolder.open(root()).close()).isInstanceOf(Unusable.class);
            assertThat(openElsewhere()).contains("in use by another server");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "17", "", "one"})
    void a_folder_of_another_format_is_refused_and_left_alone(String format) throws IOException {
        DataFolder.open(root()).close();
        Files.writeString(root().resolve("format"), format);
        assertThatThrownBy(() -> DataFolder.open(root()).close())
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("format '" + format + "'");
        assertThat(root().resolve("format")).hasContent(format);
    }

    @Test
    void a_database_without_a_format_is_refused() throws IOException {
        Files.createDirectories(root());
        Files.createFile(root().resolve("lading.db"));
        assertThatThrownBy(() -> DataFolder.open(root()).close())
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("restore it whole");
    }

    @Test
    void a_refused_folder_can_be_opened_once_it_is_put_right() throws IOException {
        DataFolder.open(root()).close();
        Files.writeString(root().resolve("format"), "1");
        assertThatThrownBy(() -> DataFolder.open(root()).close()).isInstanceOf(Unusable.class);
        Files.writeString(root().resolve("format"), "2\n");
        DataFolder.open(root()).close();
    }

    private String openElsewhere() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Opener.class.getName(),
                        root().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
