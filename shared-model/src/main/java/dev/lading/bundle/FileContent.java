package dev.lading.bundle;

import dev.lading.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;

/** The bytes of one part of an archive, which is refused if it ends in them. */
final class FileContent extends InputStream {
    private final InputStream archive;
    private final Part part;
    private final Optional<MessageDigest> hash;
    private long left;

    FileContent(InputStream archive, Part part) {
        this.archive = archive;
        this.part = part;
        // Whoever takes a whole file compares its digest.
        this.hash = part.isWhole() ? Optional.empty() : Optional.of(Digest.hasher(Digest.SHA256));
        this.left = part.sizeBytes();
    }

    boolean isRead() {
        return left == 0;
    }

    /** What was read, or of a whole file, what is to be compared. */
    Digest digest() {
        return hash.map(each -> Digest.finish(Digest.SHA256, each.digest()))
                .orElse(part.file().digest());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = archive.read(into, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw BundleReader.cut(part.path());
        }
        hash.ifPresent(each -> each.update(into, offset, count));
        left -= count;
        return count;
    }
}
