package dev.lading.embedded;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.secret.SecretStore;
import dev.lading.secret.SecretStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSecretStoreTest extends SecretStoreContract {
    @TempDir
    private Path parent;

    private Path folder;
    private SecretStore secrets;

    @BeforeEach
    void open() {
        folder = parent.resolve("secrets");
        secrets = new FileSecretStore(folder);
    }

    @Override
    protected SecretStore secrets() {
        return secrets;
    }

    @Test
    void files_are_their_owners_alone_and_whole() throws IOException {
        secrets.putIfAbsent("key", "value");

        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("key"))).isEqualTo(fromString("rw-------"));
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("key"));
        }
    }

    @Test
    void an_empty_file_is_no_secret() throws IOException {
        secrets.putIfAbsent("key", "value");
        Files.writeString(folder.resolve("key"), "\n");

        assertThat(secrets.get(List.of("key"))).isEmpty();
        assertThat(secrets.putIfAbsent("key", "new")).isTrue();
    }
}
