package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.blob.BlobKey;
import dev.lading.blob.Written;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Permissions of files; the tests' own umask, nearly always 022, would let others read. */
class OwnerOnlyTest {
    private static final String EVERYBODYS_FOLDER = "rwxr-xr-x";
    private static final String EVERYBODYS_FILE = "rw-r--r--";

    @TempDir
    private Path parent;

    @Test
    void all_that_a_server_keeps_is_its_owners_while_it_runs() throws Exception {
        Path root = parent.resolve("data");
        try (DataFolder folder = DataFolder.open(root);
                SqliteMetadataStore store = filled(folder)) {
            assertThat(store).isNotNull();
            assertThat(all(root))
                    .contains("lading.db", "lading.db-wal", "lading.db-shm", "lock", "format", "secrets/some");
            assertThat(opened(root)).isEmpty();
        }
    }

    /** Blob files are skipped: there may be millions, and only the owner can enter the folders above them. */
    @Test
    void a_folder_that_others_could_read_is_taken_from_them() throws Exception {
        Path root = parent.resolve("data");
        try (DataFolder folder = DataFolder.open(root);
                SqliteMetadataStore store = filled(folder)) {
            assertThat(store).isNotNull();
            // As a killed server of an earlier version left it.
            for (String name : all(root)) {
                open(root.resolve(name));
            }
            open(root);
            copy(root, parent.resolve("before"));
        }
        Path before = parent.resolve("before");
        assertThat(opened(before)).contains("", "lading.db", "lading.db-wal", "blobs/00");

        try (DataFolder folder = DataFolder.open(before)) {
            try (SqliteMetadataStore store = new SqliteMetadataStore(folder.database(), new DiskSpace(folder.root()))) {
                assertThat(new FileBlobStore(folder.blobs(), new DiskSpace(before)))
                        .isNotNull();
                assertThat(store).isNotNull();
                assertThat(opened(before)).allMatch(name -> name.startsWith("blobs/ab/"));
            }
        }
    }

    @Test
    void what_is_somebody_elses_stays_so_and_is_told() throws IOException {
        Path theirs = Path.of("/proc/self/task"); // Linux lets nobody change it, not even root
        Assumptions.assumeTrue(Files.isDirectory(theirs));

        assertThat(OwnerOnly.take(theirs)).isFalse();
        assertThat(OwnerOnly.folder(theirs)).isEqualTo(theirs);
    }

    @Test
    void a_file_system_without_permissions_is_used_as_it_is() throws IOException {
        try (FileSystem plain = FileSystems.newFileSystem(parent.resolve("plain.zip"), Map.of("create", "true"))) {
            Path folder = Files.createDirectory(plain.getPath("/data"));

            assertThat(OwnerOnly.take(folder)).isFalse();
            assertThat(OwnerOnly.folder(folder)).isEqualTo(folder);
        }
    }

    @Test
    void a_data_folder_that_cannot_be_taken_from_others_still_opens() throws Exception {
        Path root = parent.resolve("data");
        DataFolder.open(root).close();
        Files.createSymbolicLink(root.resolve("blobs"), Path.of("/proc/self/task"));
        Assumptions.assumeTrue(Files.isDirectory(root.resolve("blobs")));

        try (DataFolder folder = DataFolder.open(root)) {
            assertThat(folder.root()).isEqualTo(root);
        }
    }

    private static SqliteMetadataStore filled(DataFolder folder) throws Exception {
        DiskSpace space = new DiskSpace(folder.root());
        new FileSecretStore(folder.secrets()).putIfAbsent("some", "secret");
        try (var writer =
                new FileBlobStore(folder.blobs(), space).write(new BlobKey("ab".repeat(16)), new Written(0, ""))) {
            writer.write(new byte[] {1}, 0, 1);
            writer.commit();
        }
        return new SqliteMetadataStore(folder.database(), space);
    }

    private static List<String> all(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(path -> root.relativize(path).toString()).toList();
        }
    }

    private static List<String> opened(Path root) throws IOException {
        return all(root).stream()
                .filter(name -> !permissions(root.resolve(name)).endsWith("------"))
                .toList();
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void open(Path path) throws IOException {
        String all = Files.isDirectory(path) ? EVERYBODYS_FOLDER : EVERYBODYS_FILE;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(all));
    }

    private static void copy(Path from, Path to) throws IOException {
        for (String name : all(from)) {
            Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
