package dev.lading.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Folders (0700) and files (0600) that only their owner can read, whatever the process's umask. */
public final class OwnerOnly {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private OwnerOnly() {}

    static FileAttribute<Set<PosixFilePermission>> file() {
        return PosixFilePermissions.asFileAttribute(FILE);
    }

    /** Makes a folder, or restricts an existing one to its owner; parents are created with the umask's permissions. */
    public static Path folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            try {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
            } catch (FileAlreadyExistsException e) {
                Files.createDirectories(folder); // which follows a link, and says what is wrong with anything else
            }
        }
        take(folder);
        return folder;
    }

    /** Makes an empty file unless there is one. */
    static void createIfAbsent(Path file) throws IOException {
        if (!Files.exists(file)) {
            FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), file())
                    .close();
        }
    }

    /**
     * Restricts an existing file or folder to its owner.
     *
     * @return false if others still have access: it has another owner, or its file system has no permissions
     */
    static boolean take(Path path) throws IOException {
        var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        Set<PosixFilePermission> allowed = Files.isDirectory(path) ? FOLDER : FILE;
        if (!allowed.containsAll(view.readAttributes().permissions())) {
            try {
                view.setPermissions(allowed);
            } catch (IOException refused) {
                return false;
            }
        }
        return allowed.containsAll(view.readAttributes().permissions());
    }
}
