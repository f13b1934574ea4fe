package dev.lading.declared;

import dev.lading.blob.BlobStore;
import dev.lading.history.row.BlobEntry;
import dev.lading.tar.TarHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The layer of a declared image: a tar without folders, in the order of the paths, so that it depends on the files
 * alone. It is not compressed: two versions of a compressor would make two digests.
 */
final class DeclaredLayer {
    private static final int END = 2 * TarHeader.BLOCK;

    private final List<Stored> files;
    private final BlobStore blobs;
    private final Instant modified;

    /** A file, and the blob that has its bytes. */
    record Stored(DeclaredFile file, BlobEntry blob) {}

    DeclaredLayer(List<Stored> files, BlobStore blobs, Instant modified) {
        this.files = files.stream()
                .sorted(Comparator.comparing(each -> each.file().path()))
                .toList();
        this.blobs = blobs;
        this.modified = modified;
    }

    /** Opens one file at a time. */
    InputStream open() {
        List<Supplier<InputStream>> parts = Stream.concat(
                        files.stream().flatMap(this::parts), Stream.<Supplier<InputStream>>of(() -> zeros(END)))
                .toList();
        return new SequenceInputStream(Collections.enumeration(new AbstractList<InputStream>() {
            @Override
            public InputStream get(int index) {
                return parts.get(index).get();
            }

            @Override
            public int size() {
                return parts.size();
            }
        }));
    }

    private Stream<Supplier<InputStream>> parts(Stored stored) {
        DeclaredFile file = stored.file();
        long size = stored.blob().sizeBytes();
        return Stream.of(
                () -> new ByteArrayInputStream(TarHeader.of(file.path().substring(1), file.mode(), size, modified)),
                () -> content(stored.blob()),
                () -> zeros(TarHeader.padding(size)));
    }

    private static InputStream zeros(int count) {
        return new ByteArrayInputStream(new byte[count]);
    }

    private InputStream content(BlobEntry blob) {
        try {
            return blob.open(blobs);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read blob " + blob.digest(), e);
        }
    }
}
