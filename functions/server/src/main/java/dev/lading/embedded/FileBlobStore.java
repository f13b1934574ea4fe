package dev.lading.embedded;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobStore;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.BoundedInputStream;
import dev.lading.blob.Download;
import dev.lading.blob.Written;
import dev.lading.metadata.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One file for each blob, in 256 folders by the first two digits of its key. An upload grows in place under its final
 * name; before it counts as stored, the file and its folder are synced.
 */
public final class FileBlobStore implements BlobStore {
    private static final int FOLDERS = 256;

    /**
     * Bytes after which writeback begins while an upload arrives; otherwise its last request would wait for all of it.
     */
    private static final long WRITEBACK_BYTES = 32L * 1024 * 1024;

    private static final Executor WRITEBACK = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("blob-writeback-", 0).factory());

    private final Path root;
    private final DiskSpace space;

    public FileBlobStore(Path root, DiskSpace space) throws IOException {
        this.root = root;
        this.space = space;
        OwnerOnly.folder(root);
        for (int i = 0; i < FOLDERS; i++) {
            OwnerOnly.folder(root.resolve(folder(i)));
        }
        sync(root);
        sync(Objects.requireNonNull(root.toAbsolutePath().getParent()));
    }

    @Override
    public BlobWriter write(BlobKey key, Written written) throws IOException {
        return new Writer(path(key), written.sizeBytes());
    }

    @Override
    public OptionalLong sizeBytes(BlobKey key) throws IOException {
        try {
            return OptionalLong.of(Files.size(path(key)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    /** A page is a folder; the name of the next one comes before all of its keys. */
    @Override
    public Page<Listed> list(Optional<String> after) throws IOException {
        String last = after.orElse(folder(0));
        int number = Integer.parseInt(last, 0, 2, 16);
        List<String> names;
        try (Stream<Path> files = Files.list(root.resolve(folder(number)))) {
            names = files.map(file -> file.getFileName().toString())
                    .filter(name -> BlobKey.isValid(name) && name.compareTo(last) > 0)
                    .sorted()
                    .toList();
        }
        List<Listed> blobs = new ArrayList<>();
        for (String name : names) {
            var key = new BlobKey(name);
            sizeBytes(key).ifPresent(size -> blobs.add(new Listed(key, size)));
        }
        return new Page<>(blobs, number + 1 < FOLDERS ? Optional.of(folder(number + 1)) : Optional.empty());
    }

    private static String folder(int number) {
        return "%02x".formatted(number);
    }

    @Override
    public InputStream read(BlobKey key, long offset, long length) throws IOException {
        FileChannel file = FileChannel.open(path(key), StandardOpenOption.READ);
        file.position(offset);
        return new BoundedInputStream(Channels.newInputStream(file), length);
    }

    @Override
    public Download download(BlobKey key, Duration validFor) {
        return new Download.LocalFile(path(key));
    }

    @Override
    public Download head(BlobKey key, Duration validFor) {
        return download(key, validFor);
    }

    @Override
    public void delete(BlobKey key, Written written) throws IOException {
        Files.deleteIfExists(path(key));
    }

    private Path path(BlobKey key) {
        return root.resolve(key.value().substring(0, 2)).resolve(key.value());
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private final class Writer implements BlobWriter {
        private final Path path;
        private final long startsAt;
        private @Nullable FileChannel file;
        private boolean kept;
        private long sinceWriteback;
        private CompletableFuture<Void> writeback = CompletableFuture.completedFuture(null);

        Writer(Path path, long startsAt) throws IOException {
            this.path = path;
            this.startsAt = startsAt;
            if (startsAt > 0) {
                file = FileChannel.open(path, StandardOpenOption.WRITE);
                file.truncate(startsAt).position(startsAt);
            } else {
                Files.deleteIfExists(path);
            }
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
            FileChannel target = open();
            space.guard(() -> {
                while (bytes.hasRemaining()) {
                    target.write(bytes);
                }
            });
            sinceWriteback += length;
            if (sinceWriteback >= WRITEBACK_BYTES && writeback.isDone()) {
                sinceWriteback = 0;
                CompletableFuture<Void> before = writeback;
                writeback = CompletableFuture.runAsync(() -> forceData(target), WRITEBACK)
                        .thenCombine(before, (now, then) -> null);
            }
        }

        private static void forceData(FileChannel target) {
            try {
                target.force(false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Written flush() throws IOException {
            awaitWriteback();
            kept = true;
            return new Written(open().position(), "");
        }

        @Override
        public boolean commit() throws IOException {
            FileChannel target = open();
            space.guard(() -> {
                awaitWriteback();
                target.force(false);
                sync(Objects.requireNonNull(path.getParent()));
            });
            kept = true;
            return true;
        }

        /**
         * Waits for writeback and reports its failure. The kernel reports a failed write once: if the writeback had it,
         * the last sync would not.
         */
        private void awaitWriteback() throws IOException {
            try {
                writeback.join();
            } catch (CompletionException e) {
                throw new IOException("cannot write " + path.getFileName() + " to the disk", e.getCause());
            }
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                writeback.handle((done, failure) -> null).join();
                if (!kept) {
                    file.truncate(startsAt);
                }
                file.close();
                if (!kept && startsAt == 0) {
                    Files.deleteIfExists(path);
                }
            }
        }

        private FileChannel open() throws IOException {
            if (file == null) {
                file = FileChannel.open(
                        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OwnerOnly.file());
            }
            return file;
        }
    }
}
