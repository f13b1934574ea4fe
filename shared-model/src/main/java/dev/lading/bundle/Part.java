package dev.lading.bundle;

import dev.lading.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;

/**
 * What an archive has of a file: all of it, or, if no volume has room for it, a piece.
 *
 * @param number of the piece, from 1 on; 0: it is the whole file
 * @param offset of its first byte in the file
 */
public record Part(FileList.Entry file, int number, long offset, long sizeBytes) {
    private static final int BUFFER = 256 * 1024;

    static Part whole(FileList.Entry file) {
        return new Part(file, 0, 0, file.sizeBytes());
    }

    /** All files of a list, each made as it is asked for. */
    static List<Part> wholes(FileList list) {
        return new AbstractList<>() {
            @Override
            public Part get(int index) {
                return whole(list.entries().get(index));
            }

            @Override
            public int size() {
                return list.entries().size();
            }
        };
    }

    static String path(FileList.Entry file, int number) {
        return number == 0 ? file.path() : "%s.part-%03d".formatted(file.path(), number);
    }

    public boolean isWhole() {
        return number == 0;
    }

    public String path() {
        return path(file, number);
    }

    /** Hands on as many bytes as it has, and says what they are; empty: there are not as many. */
    Optional<Digest> copy(InputStream in, FileList.Target target) throws IOException {
        MessageDigest hasher = Digest.hasher(Digest.SHA256);
        byte[] buffer = new byte[BUFFER];
        for (long left = sizeBytes; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                return Optional.empty();
            }
            hasher.update(buffer, 0, count);
            target.take(buffer, count);
            left -= count;
        }
        return Optional.of(Digest.finish(Digest.SHA256, hasher.digest()));
    }

    /** The part as a list names it. */
    FileList.Entry entry(Digest digest) {
        return new FileList.Entry(digest, sizeBytes, path());
    }
}
