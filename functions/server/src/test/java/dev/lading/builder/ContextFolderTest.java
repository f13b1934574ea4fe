package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.operation.build.BuildContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContextFolderTest {
    private static final int MEBIBYTE = 1024 * 1024;

    @TempDir
    private Path folder;

    private interface Filling {
        void fill(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Filling filling) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            filling.fill(tar);
        }
        return out.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes.length);
        put(tar, entry, bytes);
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] bytes) throws IOException {
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, byte kind, String name, String target) throws IOException {
        var entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(target);
        put(tar, entry, new byte[0]);
    }

    private static void symbolic(TarArchiveOutputStream tar, String name, String target) throws IOException {
        link(tar, TarConstants.LF_SYMLINK, name, target);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] zip(String name, byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(bytes);
            zip.closeEntry();
        }
        return out.toByteArray();
    }

    private static Arguments refused(String what, byte[] archive, String sentence) {
        return Arguments.of(what, archive, sentence);
    }

    private static Arguments device(String what, byte kind) throws IOException {
        return refused(what, tar(tar -> put(tar, new TarArchiveEntry("x", kind, true), new byte[0])), "no devices");
    }

    /** An entry of another kind that unpacks to many bytes, of which a gzip holds few. */
    private static byte[] lying(byte kind, int bytes) throws IOException {
        return gzip(tar(tar -> {
            var entry = new TarArchiveEntry("x", kind, true);
            entry.setSize(bytes);
            put(tar, entry, new byte[bytes]);
        }));
    }

    static Stream<Arguments> hostile() throws IOException {
        byte[] whole = tar(tar -> file(tar, "f", "x".repeat(4000)));
        return Stream.of(
                refused("a path above", tar(tar -> file(tar, "../x", "")), "leads out of it"),
                refused("a path above, below", tar(tar -> file(tar, "a/../../x", "")), "leads out of it"),
                refused("an absolute path", tar(tar -> file(tar, "/etc/x", "")), "leads out of it"),
                refused("an absolute link", tar(tar -> symbolic(tar, "x", "/etc")), "leads out of it"),
                refused("a link above", tar(tar -> symbolic(tar, "a/x", "../../etc")), "leads out of it"),
                refused(
                        "a link that goes up through another",
                        tar(tar -> {
                            symbolic(tar, "p/q/l", "../..");
                            symbolic(tar, "y", "p/q/l/../auth.json");
                        }),
                        "leads out of it"),
                refused("a link to nothing", tar(tar -> symbolic(tar, "x", "")), "no file can be"),
                refused(
                        "an entry through a link",
                        tar(tar -> {
                            symbolic(tar, "l", "d");
                            file(tar, "l/x", "");
                        }),
                        "goes through a link"),
                refused(
                        "a hard link through a link",
                        tar(tar -> {
                            file(tar, "d/f", "");
                            symbolic(tar, "l", "d");
                            link(tar, TarConstants.LF_LINK, "x", "l/f");
                        }),
                        "goes through a link"),
                refused(
                        "a hard link out",
                        tar(tar -> link(tar, TarConstants.LF_LINK, "x", "../auth.json")),
                        "leads out"),
                refused(
                        "a hard link to a link",
                        tar(tar -> {
                            symbolic(tar, "l", "d");
                            link(tar, TarConstants.LF_LINK, "x", "l");
                        }),
                        "no file of it that came before"),
                refused(
                        "a folder in place of a file",
                        tar(tar -> {
                            file(tar, "d/f", "");
                            file(tar, "d", "");
                        }),
                        "as a folder and as a file"),
                refused(
                        "a path through a file",
                        tar(tar -> {
                            file(tar, "f", "");
                            file(tar, "f/x", "");
                        }),
                        "goes through a file"),
                refused("a long name", tar(tar -> file(tar, "x".repeat(300), "")), "a name longer than 255"),
                refused("a long path", tar(tar -> file(tar, "x/".repeat(600) + "f", "")), "a path longer than 1024"),
                device("a block device", TarConstants.LF_BLK),
                device("a character device", TarConstants.LF_CHR),
                device("a pipe", TarConstants.LF_FIFO),
                refused("a truncated tar", Arrays.copyOf(whole, 1500), "no tar that can be read"),
                refused("a truncated gzip", Arrays.copyOf(gzip(whole), 60), "no tar that can be read"),
                refused("a gzip that ends in its header", Arrays.copyOf(gzip(whole), 5), "no tar that can be read"),
                refused("less than a tar", "a page".getBytes(StandardCharsets.UTF_8), "no tar that can be read"),
                refused("no archive", "not an archive".repeat(100).getBytes(StandardCharsets.UTF_8), "can be read"),
                refused("a long name of a bomb's", lying(TarConstants.LF_GNUTYPE_LONGNAME, 64 * MEBIBYTE), "1 MiB"),
                refused(
                        "an extended header of a bomb's",
                        lying(TarConstants.LF_PAX_EXTENDED_HEADER_LC, 64 * MEBIBYTE),
                        "can be read"),
                refused("a gzip bomb", gzip(tar(tar -> file(tar, "f", "0".repeat(3 * MEBIBYTE)))), "larger than the 2"),
                refused("a zip bomb", zip("f", new byte[3 * MEBIBYTE]), "larger than the 2"),
                refused("a zip that leads out", zip("../x", new byte[0]), "leads out of it"),
                refused("a folder of a zip with bytes", zip("d/", new byte[MEBIBYTE]), "with bytes in it"));
    }

    private ContextFolder filled(byte[] archive) throws IOException {
        Path root = Files.createDirectory(folder.resolve("build")).resolve("context");
        var context = new ContextFolder(root, 2L * MEBIBYTE, () -> {});
        context.fill(new BuildContext.Archive(() -> new ByteArrayInputStream(archive)));
        return context;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void hostile(String what, byte[] archive, String sentence) throws Exception {
        assertThatThrownBy(() -> filled(archive))
                .isInstanceOf(BuildFailed.class)
                .hasMessageContaining(sentence);
        try (Stream<Path> written = Files.list(folder.resolve("build"))) {
            assertThat(written).containsExactly(folder.resolve("build/context"));
        }
    }

    @Test
    void more_files_than_a_context_may_have() {
        assertThatThrownBy(() -> filled(tar(tar -> {
                    for (int i = 0; i <= BuildContext.MOST_FILES; i++) {
                        var entry = new TarArchiveEntry("d", TarConstants.LF_DIR, true);
                        put(tar, entry, new byte[0]);
                    }
                })))
                .isInstanceOf(BuildFailed.class)
                .hasMessageContaining("more than 100000 files");
    }

    @ParameterizedTest
    @CsvSource({
        "-5, 1970-01-01T00:00:00Z",
        "4102444800, 2100-01-01T00:00:00Z",
        "68719476736, 2242-03-16T12:56:31Z",
    })
    void dates_are_those_that_a_layer_can_have(long seconds, Instant dated) throws Exception {
        ContextFolder context = filled(tar(tar -> {
            var entry = new TarArchiveEntry("f", true);
            entry.setModTime(FileTime.from(Instant.ofEpochSecond(seconds)));
            put(tar, entry, new byte[0]);
        }));

        assertThat(context.newest()).contains(dated);
        assertThat(Files.getLastModifiedTime(folder.resolve("build/context/f")).toInstant())
                .isEqualTo(dated);
    }

    @Test
    void what_a_context_may_have() throws Exception {
        filled(tar(tar -> {
            file(tar, "./a/line\nend", "text");
            symbolic(tar, "a/up", "../b");
            file(tar, "twice", "first");
            file(tar, "twice", "second");
            link(tar, TarConstants.LF_LINK, "b/hard", "twice");
        }));

        Path root = folder.resolve("build/context");
        assertThat(root.resolve("a/line\nend")).hasContent("text");
        assertThat(root.resolve("b/hard")).hasContent("second");
        assertThat(Files.readSymbolicLink(root.resolve("a/up"))).isEqualTo(Path.of("../b"));
    }
}
