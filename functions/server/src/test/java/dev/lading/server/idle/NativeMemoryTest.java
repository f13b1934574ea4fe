package dev.lading.server.idle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux is told of memory that nobody uses. */
class NativeMemoryTest {
    private static final int BYTES = 8 << 20;

    /** On a disk, as a file in memory has no other place. */
    @TempDir
    Path folder;

    private byte[] content() {
        byte[] content = new byte[BYTES];
        new Random(1).nextBytes(content);
        return content;
    }

    private Path file() throws IOException {
        Path file = folder.resolve("mapped");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content()));
            // What is not on the disk yet has to stay.
            channel.force(true);
        }
        return file;
    }

    /** How much of what is mapped of a file is in memory, in KiB. */
    private static int resident(Path file) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        for (int line = 0; line < lines.size(); line++) {
            if (lines.get(line).endsWith(" " + file)) {
                List<String> figures = lines.subList(line, lines.size());
                String rss = figures.stream()
                        .filter(figure -> figure.startsWith("Rss:"))
                        .findFirst()
                        .orElseThrow();
                return Integer.parseInt(rss.replaceAll("[^0-9]", ""));
            }
        }
        return 0;
    }

    private static byte[] read(MappedByteBuffer mapped) {
        byte[] content = new byte[BYTES];
        mapped.get(0, content);
        return content;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_that_is_only_read_leaves_memory_and_is_read_again() throws IOException {
        Path file = file();
        try (FileChannel channel = FileChannel.open(file)) {
            MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, 0, BYTES);
            assertThat(read(mapped)).isEqualTo(content());
            int before = resident(file);
            NativeMemory.giveBack();
            assertThat(resident(file)).as("of %d KiB", before).isLessThan(before / 2);
            assertThat(read(mapped)).isEqualTo(content());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void what_was_written_to_a_mapping_of_its_own_stays() throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer mapped = channel.map(MapMode.PRIVATE, 0, BYTES);
            byte[] other = new byte[BYTES];
            mapped.put(0, other);
            NativeMemory.giveBack();
            assertThat(read(mapped)).isEqualTo(other);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "800001000-802430000 rw-p 00001000 fe:00 54 /opt/lading.aot, false",
        "802430000-80522e000 r--p 02430000 fe:00 54 /opt/lading.aot, true",
        "7f5cfb6e3000-7f5cfc76f000 r-xp 002e3000 fe:00 71 /opt/jdk/lib/server/libjvm.so, true",
        "7f5cdc3ff000-7f5cdcc7f000 rwxp 00000000 00:00 0, false",
        "7f5cdb3ff000-7f5cdb7ff000 r--p 00000000 00:00 0, false",
        "7f5ce0000000-7f5ce0001000 ---p 00000000 fe:00 54 /opt/lading.aot, false",
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall], false",
        "7ffd1b5f0000-7ffd1b5f2000 r-xp 00000000 00:00 0 [vdso], false",
        "7f5cf0000000-7f5cf0200000 r--s 00000000 fe:00 9 /tmp/a file (deleted), true",
    })
    void files_that_are_only_read_are_told_by_their_rights(String mapping, boolean isOne) {
        assertThat(NativeMemory.onlyRead(mapping).isPresent()).isEqualTo(isOne);
    }
}
