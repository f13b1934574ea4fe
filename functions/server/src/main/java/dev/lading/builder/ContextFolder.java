package dev.lading.builder;

import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.operation.build.BuildContext;
import dev.lading.operation.build.BuildPlan;
import dev.lading.operation.build.ByteSource;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/**
 * Unpacks a build's context into a folder. Nothing is written but below it: no entry goes through a link, and no link
 * leads out.
 */
final class ContextFolder {
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BLOCK_BYTES = 512;
    private static final int PERMISSIONS = 0777;
    private static final int USUAL_FILE = 0644;
    private static final int USUAL_FOLDER = 0755;
    private static final int LONGEST_PATH = 1024;
    private static final int LONGEST_NAME = 255;

    /** The last date of a plain header in a tar: of what is later, or before 1970, buildah 1.28 makes no layer. */
    private static final Instant LATEST = Instant.ofEpochSecond(BuildPlan.LAST_SECOND);

    private final Path root;
    private final long mostBytes;

    /** Called between any two files, to end what is not wanted any more. */
    private final Runnable check;

    private final Set<Path> links = new HashSet<>();
    private int files;
    private long bytes;
    private Optional<Instant> newest = Optional.empty();

    ContextFolder(Path root, long mostBytes, Runnable check) {
        this.root = root;
        this.mostBytes = mostBytes;
        this.check = check;
    }

    /** The date of the newest file; empty: none has one. */
    Optional<Instant> newest() {
        return newest;
    }

    /** @throws BuildFailed if it is not what a context may be */
    void fill(BuildContext context) throws IOException {
        Files.createDirectory(root);
        switch (context) {
            case BuildContext.Nothing nothing -> {}
            case BuildContext.Archive(ByteSource source) -> {
                try (InputStream in = new BufferedInputStream(source.open(), BUFFER_BYTES)) {
                    unpack(in);
                }
            }
            case BuildContext.Files(var named) -> {
                for (BuildContext.Named file : named) {
                    count(file.path());
                    try (InputStream in = file.bytes().open()) {
                        write(place(file.path()), in, USUAL_FILE, Optional.empty());
                    }
                }
            }
        }
    }

    private void unpack(InputStream in) throws IOException {
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        if (magic.length >= 2 && (magic[0] & 0xff) == GZIP_FIRST && (magic[1] & 0xff) == GZIP_SECOND) {
            tar(in, true);
        } else if (magic.length == 4 && magic[0] == 'P' && magic[1] == 'K') {
            zip(in);
        } else {
            tar(in, false);
        }
    }

    private void tar(InputStream packed, boolean isZipped) throws IOException {
        try {
            InputStream in = isZipped
                    ? new BufferedInputStream(new GZIPInputStream(packed, BUFFER_BYTES), BUFFER_BYTES)
                    : packed;
            requireBlock(in);
            var room = new HeaderRoom(in);
            try (var tar = new TarArchiveInputStream(room)) {
                for (TarArchiveEntry entry = next(tar, room); entry != null; entry = next(tar, room)) {
                    tar(entry, tar);
                }
            }
        } catch (IOException | IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw unreadable("tar", e);
        }
    }

    /** The reader takes what is shorter than a block for an archive of nothing. */
    private static void requireBlock(InputStream in) throws IOException {
        in.mark(BLOCK_BYTES);
        int first = in.readNBytes(BLOCK_BYTES).length;
        in.reset();
        if (first > 0 && first < BLOCK_BYTES) {
            throw new BuildFailed("the context is no tar that can be read: it has " + first + " bytes");
        }
    }

    private static TarArchiveEntry next(TarArchiveInputStream tar, HeaderRoom room) throws IOException {
        room.begin();
        TarArchiveEntry entry = tar.getNextEntry();
        room.end();
        return entry;
    }

    private static BuildFailed unreadable(String kind, Exception e) throws IOException {
        // Of the disk, not of the archive.
        if (e instanceof java.nio.file.FileSystemException full) {
            throw full;
        }
        return new BuildFailed("the context is no " + kind + " that can be read: " + e.getMessage());
    }

    private void tar(TarArchiveEntry entry, TarArchiveInputStream in) throws IOException {
        String name = entry.getName();
        if (isItself(name)) {
            return;
        }
        count(name);
        Optional<Instant> date = Optional.of(entry.getLastModifiedTime().toInstant());
        if (entry.isDirectory()) {
            folder(place(name), entry.getMode() & PERMISSIONS);
        } else if (entry.isSymbolicLink()) {
            link(place(name), entry.getLinkName());
        } else if (entry.isLink()) {
            hardLink(place(name), entry.getLinkName());
        } else if (entry.isFile() && !isSpecial(entry)) {
            write(place(name), in, entry.getMode() & PERMISSIONS, date);
        } else {
            throw new BuildFailed("the context has '" + shown(name)
                    + "', which is no file, folder or link: a build takes no devices, pipes or sockets");
        }
    }

    /** What its reader calls a file, which no build takes. */
    private static boolean isSpecial(TarArchiveEntry entry) {
        return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO() || entry.isSparse();
    }

    private void zip(InputStream in) throws IOException {
        try (var zip = new ZipArchiveInputStream(in)) {
            for (ZipArchiveEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (isItself(entry.getName())) {
                    continue;
                }
                count(entry.getName());
                Path place = place(entry.getName());
                int mode = entry.getUnixMode() & PERMISSIONS;
                if (entry.isDirectory()) {
                    if (zip.read() >= 0) {
                        throw new BuildFailed("the context's zip has the folder '" + shown(entry.getName())
                                + "' with bytes in it, which no folder has");
                    }
                    folder(place, mode == 0 ? USUAL_FOLDER : mode);
                } else if (entry.isUnixSymlink()) {
                    throw new BuildFailed(
                            "the context's zip has the link '" + shown(entry.getName()) + "'; send links in a tar");
                } else if (!zip.canReadEntryData(entry)) {
                    throw new BuildFailed("the context's zip has '" + shown(entry.getName())
                            + "' encrypted, or compressed in another way than deflate");
                } else {
                    write(
                            place,
                            zip,
                            mode == 0 ? USUAL_FILE : mode,
                            Optional.of(entry.getLastModifiedTime().toInstant()));
                }
            }
        } catch (IOException | IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw unreadable("zip", e);
        }
    }

    private static boolean isItself(String name) {
        return name.equals(".") || name.equals("./");
    }

    private void count(String name) {
        check.run();
        files++;
        if (files > BuildContext.MOST_FILES) {
            throw new BuildFailed("the context has more than " + BuildContext.MOST_FILES
                    + " files; leave out what the build does not need, by a .containerignore");
        }
        if (bytes(name) > LONGEST_PATH) {
            throw new BuildFailed("the context has a path longer than " + LONGEST_PATH + " bytes");
        }
    }

    private static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Where an entry goes. Folders above it are made. */
    private Path place(String name) throws IOException {
        String plain = name.startsWith("./") ? name.substring(2) : name;
        Path relative;
        try {
            relative = Path.of(plain);
        } catch (InvalidPathException e) {
            throw new BuildFailed("the context has the path '" + shown(name) + "', which no file can have");
        }
        if (plain.isEmpty() || relative.isAbsolute() || hasDots(relative)) {
            throw new BuildFailed("the context has '" + shown(name) + "', which leads out of it");
        }
        Path above = root;
        for (int part = 0; part < relative.getNameCount() - 1; part++) {
            above = above.resolve(relative.getName(part));
            if (links.contains(above)) {
                throw new BuildFailed("the context has '" + shown(name) + "', which goes through a link");
            }
        }
        for (Path part : relative) {
            if (bytes(part.toString()) > LONGEST_NAME) {
                throw new BuildFailed(
                        "the context has '" + shown(name) + "', a name longer than " + LONGEST_NAME + " bytes");
            }
        }
        if (!Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectories(above);
            } catch (FileAlreadyExistsException e) {
                throw new BuildFailed("the context has '" + shown(name) + "', which goes through a file");
            }
        }
        return above.resolve(relative.getName(relative.getNameCount() - 1));
    }

    private static boolean hasDots(Path path) {
        for (Path part : path) {
            if (part.toString().equals("..")
                    || part.toString().equals(".")
                    || part.toString().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void folder(Path place, int mode) throws IOException {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            clear(place);
            Files.createDirectory(place);
        }
        // The server goes on to write into it.
        permit(place, mode | 0700);
    }

    private void write(Path place, InputStream in, int mode, Optional<Instant> date) throws IOException {
        clear(place);
        try (OutputStream out = Files.newOutputStream(place, java.nio.file.StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes += count;
                if (bytes > mostBytes) {
                    throw new BuildFailed(
                            "the context is larger than the " + mostBytes / (1024 * 1024) + " MiB that it may be");
                }
                out.write(buffer, 0, count);
            }
        }
        permit(place, mode);
        if (date.isPresent()) {
            Instant near = nearest(date.get());
            Files.setLastModifiedTime(place, FileTime.from(near));
            newest = newest.filter(near::isBefore).or(() -> Optional.of(near));
        }
    }

    private static Instant nearest(Instant date) {
        return date.isBefore(Instant.EPOCH) ? Instant.EPOCH : date.isAfter(LATEST) ? LATEST : date;
    }

    /** A later entry of the same path replaces an earlier one. */
    private void clear(Path place) throws IOException {
        links.remove(place);
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new BuildFailed(
                    "the context has '" + shown(root.relativize(place).toString()) + "' as a folder and as a file");
        }
        Files.deleteIfExists(place);
    }

    private void link(Path place, String target) throws IOException {
        Path leads;
        try {
            leads = place.resolveSibling(target).normalize();
        } catch (InvalidPathException e) {
            throw new BuildFailed("the context has a link to '" + shown(target) + "', which no file can be");
        }
        if (target.isEmpty() || bytes(target) > LONGEST_PATH) {
            throw new BuildFailed("the context has the link '"
                    + shown(root.relativize(place).toString()) + "' to what no file can be");
        }
        if (target.startsWith("/") || !leads.startsWith(root) || goesBack(Path.of(target))) {
            throw new BuildFailed("the context has the link '"
                    + shown(root.relativize(place).toString()) + "' to '" + shown(target) + "', which leads out of it");
        }
        clear(place);
        Files.createSymbolicLink(place, Path.of(target));
        links.add(place);
    }

    /** Whether it goes up from below: what is below may be a link, and up from where that leads is elsewhere. */
    private static boolean goesBack(Path target) {
        boolean below = false;
        for (Path part : target) {
            boolean up = part.toString().equals("..");
            if (up && below) {
                return true;
            }
            below = below || !up;
        }
        return false;
    }

    private void hardLink(Path place, String target) throws IOException {
        Path linked = place(target);
        if (links.contains(linked) || !Files.isRegularFile(linked, LinkOption.NOFOLLOW_LINKS)) {
            throw new BuildFailed("the context has the hard link '"
                    + shown(root.relativize(place).toString()) + "' to '" + shown(target)
                    + "', which is no file of it that came before");
        }
        clear(place);
        Files.createLink(place, linked);
    }

    private static void permit(Path place, int mode) throws IOException {
        StringBuilder letters = new StringBuilder("rwxrwxrwx");
        for (int bit = 0; bit < letters.length(); bit++) {
            if ((mode >> (letters.length() - 1 - bit) & 1) == 0) {
                letters.setCharAt(bit, '-');
            }
        }
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(letters.toString()));
    }

    private static String shown(String name) {
        String plain = name.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain.length() < name.length() ? plain + "…" : plain;
    }
}
