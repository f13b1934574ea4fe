package dev.lading.bundle;

import dev.lading.oci.Digest;
import dev.lading.tar.TarHeader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes a bundle, or one volume of it: the list of its files, the signature, and each file as listed; a volume ends
 * with the list of its parts. The bytes depend on these alone. Needs no place beside what it writes to.
 */
public final class BundleWriter implements Closeable {
    static final String LIST = "lading/checksums";
    static final String SIGNATURE = "lading/checksums.sig";

    /** Blocks at the end. */
    static final int END = 2 * TarHeader.BLOCK;

    private final OutputStream out;
    private final Optional<BundleKey> key;
    private final Optional<VolumeMark> volume;
    private final List<Part> parts;

    /** What a volume has so far. */
    private final List<FileList.Entry> written = new ArrayList<>();

    private int at;

    /**
     * Begins a whole bundle.
     *
     * @param key that signs; empty: nobody does
     */
    public BundleWriter(OutputStream out, FileList list, Optional<BundleKey> key) throws IOException {
        this(out, list, key, Optional.empty(), Part.wholes(list));
    }

    /**
     * Begins a volume.
     *
     * @param key that signs; empty: nobody does
     */
    public BundleWriter(OutputStream out, FileList list, Optional<BundleKey> key, VolumePlan plan, VolumeMark volume)
            throws IOException {
        this(out, list, key, Optional.of(volume), plan.parts(volume));
    }

    private BundleWriter(
            OutputStream out, FileList list, Optional<BundleKey> key, Optional<VolumeMark> volume, List<Part> parts)
            throws IOException {
        this.out = out;
        this.key = key;
        this.volume = volume;
        this.parts = parts;
        byte[] text = list.text();
        // Before the first byte, so that a key that cannot sign leaves nothing begun.
        byte[] signed = signature(SIGNATURE, text);
        put(LIST, text);
        out.write(signed);
        if (volume.isPresent()) {
            put(VolumeMark.PATH, volume.get().text());
        }
    }

    /** Nothing: nobody signs. */
    private byte[] signature(String path, byte[] text) {
        return key.map(each -> tar(path, each.sign(text).text())).orElse(new byte[0]);
    }

    private void put(String path, byte[] bytes) throws IOException {
        out.write(tar(path, bytes));
        written.add(FileList.Entry.of(path, bytes));
    }

    private static byte[] tar(String path, byte[] bytes) {
        byte[] tar = Arrays.copyOf(
                TarHeader.of(path, bytes.length), TarHeader.BLOCK + bytes.length + TarHeader.padding(bytes.length));
        System.arraycopy(bytes, 0, tar, TarHeader.BLOCK, bytes.length);
        return tar;
    }

    /** Where the bytes of the next file are read. */
    @FunctionalInterface
    public interface Source {
        InputStream open(long offset, long length) throws IOException;
    }

    /**
     * Writes the next file of the list; a volume, only what it has of it.
     *
     * @return how many bytes of the file were written
     * @throws IOException if the bytes are not those that are listed, too: what was written is no bundle then
     */
    public long next(FileList.Entry expected, Source source) throws IOException {
        if (at == parts.size() || !parts.get(at).file().equals(expected)) {
            if (volume.isPresent()) {
                return 0;
            }
            throw new IllegalArgumentException(expected.path() + " is not the next file");
        }
        Part part = parts.get(at++);
        int padding = TarHeader.padding(part.sizeBytes());
        if (volume.isEmpty()
                && out instanceof TailOutput tail
                && tail.passes(TarHeader.BLOCK + part.sizeBytes() + padding)) {
            return part.sizeBytes();
        }
        out.write(TarHeader.of(part.path(), part.sizeBytes()));
        Digest digest;
        try (InputStream in = source.open(part.offset(), part.sizeBytes())) {
            digest = part.copy(in, (bytes, count) -> out.write(bytes, 0, count))
                    .orElseThrow(() -> new EOFException(part.path() + " is shorter than its record says"));
        }
        if (part.isWhole() && !digest.equals(part.file().digest())) {
            throw new IOException(
                    "the stored bytes of " + part.file().digest() + " are not those that it names; repair it first");
        }
        out.write(new byte[padding]);
        if (volume.isPresent()) {
            written.add(part.entry(digest));
        }
        return part.sizeBytes();
    }

    /** Ends the bundle; the stream is its maker's to close. */
    @Override
    public void close() throws IOException {
        if (at < parts.size()) {
            return;
        }
        if (volume.isPresent()) {
            byte[] text = new FileList(written).text();
            out.write(tar(VolumePlan.LIST, text));
            out.write(signature(VolumePlan.SIGNATURE, text));
        }
        out.write(new byte[END]);
        out.flush();
    }
}
