import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Repacks a function's zip with its jars uncompressed inside: compressed once, over all classes of a jar, it is a third
 * smaller than class by class, and Lambda loads classes from it without inflating them. What Maven left in jars about
 * how they were built goes: nobody reads it there. Entries are in order and carry no times: two zips differ only where
 * their classes do.
 */
final class StoreJars {
    private static final String OF_THE_BUILD = "META-INF/maven/";
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private record Entry(String name, byte[] content) {}

    private StoreJars() {}

    public static void main(String[] args) throws IOException {
        Path zip = Path.of(args[0]);
        Path draft = zip.resolveSibling(zip.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(draft);
                ZipOutputStream packed = new ZipOutputStream(out)) {
            packed.setLevel(Deflater.BEST_COMPRESSION);
            List<Entry> entries = new ArrayList<>(read(Files.newInputStream(zip)));
            entries.sort(Comparator.comparing(Entry::name));
            for (Entry entry : entries) {
                byte[] content = entry.name().endsWith(".jar") ? stored(entry.content()) : entry.content();
                write(packed, new ZipEntry(entry.name()), content);
            }
        }
        Files.move(draft, zip, StandardCopyOption.REPLACE_EXISTING);
    }

    private static List<Entry> read(InputStream in) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory() && !entry.getName().startsWith(OF_THE_BUILD)) {
                    entries.add(new Entry(entry.getName(), zip.readAllBytes()));
                }
            }
        }
        return entries;
    }

    /** A jar without compression; entries keep their order, since a jar's manifest must come first. */
    private static byte[] stored(byte[] jar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(jar.length * 3);
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Entry entry : read(new ByteArrayInputStream(jar))) {
                ZipEntry stored = new ZipEntry(entry.name());
                CRC32 crc = new CRC32();
                crc.update(entry.content());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(entry.content().length);
                stored.setCrc(crc.getValue());
                write(zip, stored, entry.content());
            }
        }
        return out.toByteArray();
    }

    private static void write(ZipOutputStream zip, ZipEntry entry, byte[] content) throws IOException {
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
