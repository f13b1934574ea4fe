package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.lading.cli.api.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is packed is read by the system's tar. */
class ContextPackerTest {
    private static final Instant DATED = Instant.parse("2026-02-03T04:05:06.789Z");

    @TempDir
    Path home;

    private Path folder;
    private Path packed;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createDirectory(home.resolve("context"));
        packed = home.resolve("packed.tar.gz");
    }

    private void file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private boolean pack(String ignored) throws Exception {
        return ContextPacker.pack(folder, IgnorePatterns.parse(ignored), packed, bytes -> {});
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
        Process process = builder.start();
        String printed;
        try (InputStream out = process.getInputStream()) {
            printed = new String(out.readAllBytes(), UTF_8);
        }
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private List<String> names() throws Exception {
        return run(List.of("tar", "-tzf", packed.toString(), "--quoting-style=escape"))
                .lines()
                .toList();
    }

    @Test
    void modes_times_and_links_are_kept_and_owners_are_not() throws Exception {
        file("b/run.sh", "echo");
        file("a.txt", "hello");
        Files.setPosixFilePermissions(folder.resolve("b"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.setPosixFilePermissions(folder.resolve("b/run.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(folder.resolve("a.txt"), PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(folder.resolve("out"), Path.of("../../etc/passwd"));
        Files.createSymbolicLink(folder.resolve("root"), Path.of("/etc"));
        Files.createLink(folder.resolve("same"), folder.resolve("a.txt"));
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(each -> !Files.isSymbolicLink(each)).toList()) {
                Files.setLastModifiedTime(each, FileTime.from(DATED));
            }
        }

        assertThat(pack("")).isTrue();

        assertThat(run(List.of("tar", "-tvzf", packed.toString(), "--numeric-owner", "--full-time"))
                        .lines()
                        .filter(line -> !line.startsWith("l")))
                .containsExactly(
                        "-rw-r----- 0/0               5 2026-02-03 04:05:06 a.txt",
                        "drwxr-x--- 0/0               0 2026-02-03 04:05:06 b/",
                        "-rwxr-xr-x 0/0               4 2026-02-03 04:05:06 b/run.sh",
                        "-rw-r----- 0/0               5 2026-02-03 04:05:06 same");
        assertThat(run(List.of("tar", "-tvzf", packed.toString())))
                .contains("out -> ../../etc/passwd\n", "root -> /etc\n");
        assertThat(run(List.of("tar", "-xzOf", packed.toString(), "same"))).isEqualTo("hello");
    }

    @Test
    void the_same_files_are_the_same_bytes_in_another_place() throws Exception {
        for (String name : List.of("z", "a", "m/z", "m/a", "m.x")) {
            file(name, name);
        }
        Path other = home.resolve("other");
        run(List.of("cp", "-a", folder.toString(), other.toString()));

        pack("");
        byte[] first = Files.readAllBytes(packed);
        ContextPacker.pack(other, IgnorePatterns.NONE, packed, bytes -> {});

        assertThat(Files.readAllBytes(packed)).isEqualTo(first);
        assertThat(names()).containsExactly("a", "m/", "m/a", "m/z", "m.x", "z");
    }

    @Test
    void hostile_names_arrive() throws Exception {
        String deep = "d".repeat(200) + "/" + "e".repeat(99) + "/f";
        file("a\nb", "");
        file("-rf", "");
        file("ümläut", "u");
        file("\u001b[31m", "");
        file(deep, "deep");
        Files.createSymbolicLink(folder.resolve("long"), Path.of("t".repeat(150)));

        pack("");

        assertThat(names())
                .contains("a\\nb", "-rf", "\\303\\274ml\\303\\244ut", "\\033[31m", deep, "long")
                .hasSize(8);
        assertThat(run(List.of("tar", "-xzOf", packed.toString(), deep))).isEqualTo("deep");
        assertThat(run(List.of("tar", "-tvzf", packed.toString()))).contains("long -> " + "t".repeat(150));
    }

    @Test
    void a_name_that_is_not_utf_8_is_refused_unless_it_is_left_out() throws Exception {
        Path named = Path.of(URI.create("file://" + folder.toUri().getRawPath() + "%E9t%E9"));
        Files.writeString(named, "");

        assertThatThrownBy(() -> pack("")).isInstanceOf(CommandFailure.class).hasMessageContaining("is not UTF-8");
        assertThat(pack("?t?")).isFalse();
    }

    @Test
    void what_is_left_out_is_not_there_and_its_folder_is_if_something_in_it_is() throws Exception {
        for (String name :
                List.of("out/a", "out/in/keep", "out/in/b", "deep/x/y/z", "Containerfile", "c/.dockerignore")) {
            file(name, "");
        }

        pack("*\n!out/in/keep\n!**/z\n!Containerfile\n!c/.dockerignore");

        assertThat(names())
                .containsExactly(
                        "Containerfile",
                        "c/",
                        "c/.dockerignore",
                        "deep/",
                        "deep/x/",
                        "deep/x/y/",
                        "deep/x/y/z",
                        "out/",
                        "out/in/",
                        "out/in/keep");
    }

    @Test
    void sockets_are_refused_by_name() throws Exception {
        // An address has 108 bytes at most, which a temporary folder's may be longer than.
        Path socket = Files.createTempDirectory("s").resolve("s");
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(socket));
            Files.move(socket, folder.resolve("agent"));
        }

        assertThatThrownBy(() -> pack("")).hasMessageContaining("agent is a socket, a pipe or a device");
        assertThat(pack("agent")).isFalse();
        Files.delete(socket.getParent());
    }

    @Test
    void what_cannot_be_read_is_named() throws Exception {
        assumeFalse("root".equals(System.getProperty("user.name")), "root reads everything");
        file("a/closed", "");
        Files.setPosixFilePermissions(folder.resolve("a/closed"), Set.of());

        assertThatThrownBy(() -> pack("")).hasMessage("cannot pack a/closed: its permissions do not let you");
    }

    @Test
    void a_hundred_thousand_files_are_packed_and_one_more_is_not() throws Exception {
        Path many = Files.createDirectory(folder.resolve("many"));
        for (int number = 1; number < 100_000; number++) {
            Files.createFile(many.resolve(Integer.toString(number)));
        }
        assertThat(pack("")).isTrue();
        Files.createFile(folder.resolve("zz"));

        assertThatThrownBy(() -> pack(""))
                .hasMessageContaining("more than 100,000 files")
                .hasMessageContaining(".containerignore");
        assertThat(pack("many")).isTrue();
    }

    @Test
    void the_file_that_is_written_is_not_packed() throws Exception {
        packed = folder.resolve("packed.tar.gz");

        assertThat(pack("")).isFalse();
    }
}
