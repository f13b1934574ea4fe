package dev.lading.bundle;

import dev.lading.oci.Digest;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Optional;

/**
 * Writes a bundle: the list of its files, the signature, and each file as listed. Its bytes depend on these alone.
 * Needs no place beside what it writes to.
 */
public final class BundleWriter implements Closeable {
    static final String LIST = "lading/checksums";
    static final String SIGNATURE = "lading/checksums.sig";

    /** Blocks at the end. */
    static final int END = 2 * TarHeader.BLOCK;

    private final OutputStream out;
    private final Iterator<FileList.Entry> files;

    /** @param key that signs; empty: nobody does */
    public BundleWriter(OutputStream out, FileList list, Optional<BundleKey> key) throws IOException {
        this.out = out;
        this.files = list.entries().iterator();
        byte[] text = list.text();
        if (text.length > FileList.MAX_BYTES) {
            throw new BundleRefused("a bundle of " + list.entries().size()
                    + " files is more than one archive may hold; export fewer repositories at once");
        }
        put(LIST, text);
        if (key.isPresent()) {
            put(SIGNATURE, key.get().sign(text).text());
        }
    }

    private void put(String path, byte[] bytes) throws IOException {
        out.write(TarHeader.of(path, bytes.length));
        out.write(bytes);
        pad(bytes.length);
    }

    private void pad(long sizeBytes) throws IOException {
        out.write(new byte[TarHeader.padding(sizeBytes)]);
    }

    /** Where the bytes of the next file are read. */
    @FunctionalInterface
    public interface Source {
        InputStream open() throws IOException;
    }

    /**
     * Writes the next file of the list.
     *
     * @throws IOException if the bytes are not those that are listed, too: what was written is no bundle then
     */
    public void next(FileList.Entry expected, Source source) throws IOException {
        FileList.Entry file = files.next();
        if (!file.equals(expected)) {
            throw new IllegalArgumentException(expected.path() + " is not the next file");
        }
        int padding = TarHeader.padding(file.sizeBytes());
        if (out instanceof TailOutput tail && tail.passes(TarHeader.BLOCK + file.sizeBytes() + padding)) {
            return;
        }
        out.write(TarHeader.of(file.path(), file.sizeBytes()));
        Digest digest;
        try (InputStream in = source.open()) {
            digest = file.copy(in, (bytes, count) -> out.write(bytes, 0, count))
                    .orElseThrow(() -> new EOFException(file.path() + " is shorter than its record says"));
        }
        if (!digest.equals(file.digest())) {
            throw new IOException(
                    "the stored bytes of " + file.digest() + " are not those that it names; repair it first");
        }
        pad(file.sizeBytes());
    }

    /** Ends the bundle; the stream is its maker's to close. */
    @Override
    public void close() throws IOException {
        if (!files.hasNext()) {
            out.write(new byte[END]);
            out.flush();
        }
    }
}
