package dev.lading.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Where the driver has SQLite from. Left to itself, it copies the library from its jar to a temporary file at each
 * start, which a process that is killed leaves there.
 */
final class SqliteLibrary {
    private static final String FOLDER = "org.sqlite.lib.path";

    private SqliteLibrary() {}

    /** Has the one loaded that the build put beside the jar that was started, if there is one for this system. */
    static void choose() {
        String folder = "native" + LibraryLoaderUtil.getNativeLibResourcePath();
        // Of java -jar; a longer class path, as tests have, leads to no such folder.
        Path jar = Path.of(System.getProperty("java.class.path"));
        Path beside = jar.toAbsolutePath().resolveSibling(folder);
        if (Files.isRegularFile(beside.resolve(LibraryLoaderUtil.getNativeLibName()))) {
            System.setProperty(FOLDER, beside.toString());
        }
    }
}
