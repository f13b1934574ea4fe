package dev.lading.server;

import dev.lading.management.status.StorageFigures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Metrics of the disk that holds the data folder. */
record DiskFigures(Path folder) implements StorageFigures {
    @Override
    public Bytes bytes() {
        try {
            FileStore disk = Files.getFileStore(folder);
            long total = disk.getTotalSpace();
            return new Bytes(
                    Optional.of(total),
                    Optional.of(total - disk.getUnallocatedSpace()),
                    Optional.of(disk.getUsableSpace()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
