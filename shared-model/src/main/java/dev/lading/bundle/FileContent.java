package dev.lading.bundle;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of one file of an archive, which is refused if it ends in them. */
final class FileContent extends InputStream {
    private final InputStream archive;
    private final FileList.Entry file;
    private long left;

    FileContent(InputStream archive, FileList.Entry file) {
        this.archive = archive;
        this.file = file;
        this.left = file.sizeBytes();
    }

    boolean isRead() {
        return left == 0;
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
            throw BundleReader.cut(file.path());
        }
        left -= count;
        return count;
    }
}
