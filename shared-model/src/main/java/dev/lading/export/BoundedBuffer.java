package dev.lading.export;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.FileList;
import dev.lading.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.security.MessageDigest;

/** A file of the bundle that is held until it is written: the list before it says its digest. */
final class BoundedBuffer extends ByteArrayOutputStream {
    private final String path;
    private final int most;

    BoundedBuffer(String path, int mostBytes) {
        this.path = path;
        this.most = mostBytes;
    }

    @Override
    public synchronized void write(int b) {
        require(1);
        super.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        require(length);
        super.write(bytes, offset, length);
    }

    private void require(int more) {
        if (count > most - more) {
            throw new BundleRefused(path + " would have more than " + most / (1024 * 1024)
                    + " MiB; export fewer repositories or versions at once");
        }
    }

    synchronized FileList.Entry entry() {
        MessageDigest hash = Digest.hasher(Digest.SHA256);
        hash.update(buf, 0, count);
        return new FileList.Entry(Digest.finish(Digest.SHA256, hash.digest()), count, path);
    }

    synchronized InputStream open(long offset, long length) {
        return new ByteArrayInputStream(buf, Math.toIntExact(offset), Math.toIntExact(length));
    }
}
