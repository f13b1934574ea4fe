package dev.lading.cli.build;

import dev.lading.cli.api.ApiClient.Sending;
import dev.lading.cli.api.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Packs a folder for a builder: in the order of the names, each entry in one way, so that it is the same each time. */
final class ContextPacker {
    private static final int MOST_ENTRIES = 100_000;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int MODE_BITS = 07777;

    private final IgnorePatterns ignored;
    private final Path packed;
    private final TarWriter tar;
    private final Sending progress;

    /** Folders that are left out, and are packed once something below them is. */
    private final Deque<Entry> leftOut = new ArrayDeque<>();

    private int entries;
    private long bytes;

    /** @param path below the folder that is packed */
    private record Entry(Path file, String path, boolean isUtf8, boolean isLeftOut) {}

    private ContextPacker(IgnorePatterns ignored, Path packed, TarWriter tar, Sending progress) {
        this.ignored = ignored;
        this.packed = packed;
        this.tar = tar;
        this.progress = progress;
    }

    /**
     * Packs a folder into a file.
     *
     * @return whether there is anything in it
     */
    static boolean pack(Path folder, IgnorePatterns ignored, Path packed, Sending progress) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(packed), BUFFER_BYTES)) {
            var tar = new TarWriter(out);
            var packer = new ContextPacker(ignored, packed.toRealPath(), tar, progress);
            packer.packBelow(folder.toRealPath(), "");
            tar.end();
            return packer.entries > 0;
        }
    }

    private void packBelow(Path folder, String prefix) throws IOException {
        for (Entry entry : list(folder, prefix)) {
            try {
                pack(entry);
            } catch (IOException e) {
                throw CommandFailure.usage("cannot pack " + entry.path(), e);
            }
        }
    }

    private List<Entry> list(Path folder, String prefix) throws IOException {
        try (Stream<Path> listed = Files.list(folder)) {
            List<Entry> wanted = listed.map(file -> entry(file, prefix))
                    .filter(this::isWanted)
                    .limit(MOST_ENTRIES - entries + 1L)
                    .sorted(Comparator.comparing(Entry::path))
                    .toList();
            requireRoom(wanted.size());
            entries += (int) wanted.stream().filter(each -> !each.isLeftOut()).count();
            return wanted;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void requireRoom(int more) {
        if (entries + more > MOST_ENTRIES) {
            throw CommandFailure.usage("there are more than 100,000 files and folders to send; name in .containerignore"
                    + " what the build does not need");
        }
    }

    private Entry entry(Path file, String prefix) {
        FileName name = FileName.of(file.getFileName());
        String path = prefix + name.text();
        return new Entry(file, path, name.isUtf8(), ignored.leavesOut(path));
    }

    private boolean isWanted(Entry entry) {
        if (entry.file().equals(packed)) {
            return false;
        }
        return !entry.isLeftOut()
                || (Files.isDirectory(entry.file(), LinkOption.NOFOLLOW_LINKS)
                        && ignored.mayBringBackBelow(entry.path()));
    }

    private void pack(Entry entry) throws IOException {
        if (entry.isLeftOut()) {
            leftOut.addLast(entry);
            packBelow(entry.file(), entry.path() + "/");
            leftOut.pollLast();
            return;
        }
        while (!leftOut.isEmpty()) {
            requireRoom(1);
            entries++;
            write(leftOut.removeFirst());
        }
        if (write(entry)) {
            packBelow(entry.file(), entry.path() + "/");
        }
    }

    /** @return whether it is a folder */
    private boolean write(Entry entry) throws IOException {
        if (!entry.isUtf8()) {
            throw CommandFailure.usage(
                    "the name " + entry.path() + " is not UTF-8; rename it, or leave it out by .containerignore");
        }
        BasicFileAttributes found =
                Files.readAttributes(entry.file(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int mode = (int) Files.getAttribute(entry.file(), "unix:mode", LinkOption.NOFOLLOW_LINKS) & MODE_BITS;
        long seconds = found.lastModifiedTime().toInstant().getEpochSecond();
        if (found.isDirectory()) {
            tar.folder(entry.path(), mode, seconds);
            return true;
        }
        if (found.isSymbolicLink()) {
            tar.link(entry.path(), target(entry), seconds);
        } else if (found.isRegularFile()) {
            try (InputStream in = Files.newInputStream(entry.file(), LinkOption.NOFOLLOW_LINKS)) {
                tar.file(entry.path(), mode, found.size(), seconds, in);
            }
            bytes += found.size();
            progress.sent(bytes);
        } else {
            throw CommandFailure.usage(entry.path()
                    + " is a socket, a pipe or a device, which is not sent; leave it out by .containerignore");
        }
        return false;
    }

    private static String target(Entry link) throws IOException {
        FileName target = FileName.of(Files.readSymbolicLink(link.file()));
        if (!target.isUtf8()) {
            throw CommandFailure.usage("what the link " + link.path() + " leads to is no name in UTF-8");
        }
        return target.text();
    }
}
