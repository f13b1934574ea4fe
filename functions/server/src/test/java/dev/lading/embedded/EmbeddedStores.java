package dev.lading.embedded;

import dev.lading.testing.Folders;
import dev.lading.testing.OwnStores;
import dev.lading.testing.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;

/** SQLite and files: a database for each test, and one folder for the bytes of all, whose keys are random. */
final class EmbeddedStores extends OwnStores {
    private record Shared(FileBlobStore blobs, Path folder) implements AutoCloseable {
        static Shared open() {
            try {
                Path folder = Files.createTempDirectory("lading-blobs-");
                return new Shared(new FileBlobStore(folder, new DiskSpace(folder)), folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            Folders.delete(folder);
        }
    }

    @Override
    protected Stores open(Path folder, ExtensionContext test) throws Exception {
        FileBlobStore blobs = test.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Shared.class, key -> Shared.open(), Shared.class)
                .blobs();
        return new Stores(new SqliteMetadataStore(folder.resolve("lading.db"), new DiskSpace(folder)), () -> blobs);
    }
}
