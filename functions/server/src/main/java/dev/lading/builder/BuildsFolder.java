package dev.lading.builder;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of builds under way.
 *
 * @param entered whether another user enters it, who cannot list it
 * @param shared whether it is in a folder of everybody's: it is there while a build is, and no longer
 */
public record BuildsFolder(Path path, boolean entered, boolean shared) {
    private static final String OWNER_ONLY = "rwx------";
    private static final String PREFIX = "lading-builds-";
    private static final String TRIAL = "trial-";

    /** Other servers remove an empty folder, and may do so between two steps of ours. */
    private static final int TRIES = 100;

    /** One in a folder of everybody's, by a name that tells whose it is. */
    public static BuildsFolder shared(Path folder, String name) {
        return new BuildsFolder(folder.resolve(PREFIX + name), true, true);
    }

    /** Makes the folder of one build, which is nobody else's, whoever else is on this machine. */
    Path begin(String name) throws IOException {
        for (int i = 1; ; i++) {
            try {
                make();
                return Files.createDirectory(
                        path.resolve(name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            } catch (NoSuchFileException e) {
                if (i == TRIES) {
                    throw e;
                }
            }
        }
    }

    void make() throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            require();
        }
        String mode = entered ? "rwx--x--x" : OWNER_ONLY;
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /** @throws IOException if there is something that is another user's, or no folder */
    public void require() throws IOException {
        try {
            if (!isOwn(path)) {
                throw new IOException(
                        "the folder of builds '" + path + "' is another user's; choose one by --builds-folder");
            }
        } catch (NoSuchFileException e) {
            // It is made for a build.
        }
    }

    /** Whether it is a folder of this server's user. */
    private static boolean isOwn(Path folder) throws IOException {
        var found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return found.isDirectory() && found.owner().getName().equals(System.getProperty("user.name"));
    }

    /** Folders of builds that are in it. */
    List<Path> builds() throws IOException {
        try (Stream<Path> all =
                Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? Files.list(path) : Stream.empty()) {
            return all.toList();
        }
    }

    /** What no server uses: all that is in it at a start, and trials of servers that ended before these did. */
    List<Path> left() throws IOException {
        List<Path> left = new ArrayList<>(builds());
        if (shared) {
            for (Path each : beside()) {
                try (DirectoryStream<Path> trials = Files.newDirectoryStream(each, TRIAL + "*")) {
                    trials.forEach(trial -> {
                        if (isOver(trial)) {
                            left.add(trial);
                        }
                    });
                } catch (NoSuchFileException e) {
                    // Removed by another server.
                }
            }
        }
        return left;
    }

    /** The name of this process's trial of its builder. */
    static String trial() {
        return TRIAL + ProcessHandle.current().pid();
    }

    private static boolean isOver(Path trial) {
        String process = trial.getFileName().toString().substring(TRIAL.length());
        return process.matches("[0-9]{1,10}")
                && ProcessHandle.of(Long.parseLong(process)).isEmpty();
    }

    /** Other folders of this server's user. */
    private List<Path> beside() throws IOException {
        List<Path> own = new ArrayList<>();
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(path.toAbsolutePath().getParent(), PREFIX + "*")) {
            for (Path each : all) {
                if (!each.equals(path.toAbsolutePath()) && isOwn(each)) {
                    own.add(each);
                }
            }
        } catch (NoSuchFileException e) {
            // Removed by another server.
        }
        return own;
    }

    /** Removes what is not needed any more: it, and what other servers left beside it, if nothing is in there. */
    void sweep() throws IOException {
        if (!shared) {
            return;
        }
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(path.toAbsolutePath().getParent(), PREFIX + "*")) {
            for (Path each : all) {
                removeEmpty(each);
            }
        }
    }

    /** Removes it after a build, unless there is another. */
    void end() throws IOException {
        if (shared) {
            removeEmpty(path);
        }
    }

    private static void removeEmpty(Path folder) throws IOException {
        try {
            if (isOwn(folder)) {
                Files.delete(folder);
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // In use, or removed by another server.
        }
    }
}
