package dev.lading.bundle;

import dev.lading.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Reads a bundle as a stream, and refuses what is not byte for byte what was signed. What may come is known, and
 * trusted, before the first file: no header is believed, each is compared with the only one it may be.
 */
public final class BundleReader {
    private final InputStream in;
    private final FileList list;
    private final Digest listDigest;
    private final Optional<String> signer;
    private final Iterator<FileList.Entry> files;

    /** A header that was read and not used. */
    private Optional<byte[]> pending;

    /** @throws BundleRefused if it is no bundle, or not trusted */
    public BundleReader(InputStream in, Trust trust) throws IOException {
        this.in = in;
        byte[] first = header();
        byte[] text = content(first, BundleWriter.LIST, FileList.MAX_BYTES)
                .orElseThrow(() -> new BundleRefused("this is no bundle: it begins with '" + TarHeader.named(first)
                        + "' and not with " + BundleWriter.LIST));
        byte[] second = header();
        Optional<byte[]> signature = content(second, BundleWriter.SIGNATURE, BundleSignature.MAX_BYTES);
        this.signer = trust.require(text, signature.map(BundleSignature::parse));
        this.list = FileList.parse(text);
        this.listDigest = Digest.of(Digest.SHA256, text);
        this.files = list.entries().iterator();
        this.pending = signature.isPresent() ? Optional.empty() : Optional.of(second);
    }

    public FileList list() {
        return list;
    }

    /** What this bundle is known by: two with the same list have the same files. */
    public Digest listDigest() {
        return listDigest;
    }

    /** The name of the key that signed it; empty: nobody did. */
    public Optional<String> signer() {
        return signer;
    }

    public boolean hasNext() {
        return files.hasNext();
    }

    /**
     * Reads the next file.
     *
     * @return its entry, once its bytes are known to be those that it names
     * @throws BundleRefused if they are not
     */
    public FileList.Entry next(FileList.Target target) throws IOException {
        FileList.Entry file = begin();
        Digest digest = file.copy(in, target).orElseThrow(() -> cut(file.path()));
        if (!digest.equals(file.digest())) {
            throw new BundleRefused(file.path() + " is not what the list says: its digest is another");
        }
        requirePadding(file.path(), TarHeader.padding(file.sizeBytes()));
        return file;
    }

    /** Takes a file's bytes to their end, and compares their digest itself. */
    @FunctionalInterface
    public interface Keeper {
        void keep(InputStream content) throws IOException;
    }

    /**
     * Hands on the next file, so that what stores it computes its digest, and nobody else does.
     *
     * @throws BundleRefused if it is not whole
     */
    public void pass(Keeper keeper) throws IOException {
        FileList.Entry file = begin();
        var content = new FileContent(in, file);
        keeper.keep(content);
        if (!content.isRead()) {
            throw new IllegalStateException(file.path() + " was not read to its end");
        }
        requirePadding(file.path(), TarHeader.padding(file.sizeBytes()));
    }

    private FileList.Entry begin() throws IOException {
        FileList.Entry file = files.next();
        byte[] header = pending.isPresent() ? pending.get() : header();
        pending = Optional.empty();
        if (!Arrays.equals(header, TarHeader.of(file.path(), file.sizeBytes()))) {
            throw new BundleRefused("the archive has '" + TarHeader.named(header) + "', or another header, where "
                    + file.path() + " must stand");
        }
        return file;
    }

    /**
     * Reads the end, behind which nothing may come.
     *
     * @throws BundleRefused if something does
     */
    public void end() throws IOException {
        if (files.hasNext()) {
            throw new NoSuchElementException("there are files left");
        }
        byte[] unused = pending.orElse(new byte[0]);
        byte[] rest = in.readNBytes(BundleWriter.END - unused.length);
        if (unused.length + rest.length < BundleWriter.END) {
            throw cut("the end");
        }
        if (!isZero(unused) || !isZero(rest) || in.read() >= 0) {
            throw new BundleRefused("something stands behind the last file of the list");
        }
    }

    /** A small file that the header at hand may be of. */
    private Optional<byte[]> content(byte[] header, String path, int most) throws IOException {
        long size = TarHeader.size(header, path, most);
        if (size < 0) {
            return Optional.empty();
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw cut(path);
        }
        requirePadding(path, TarHeader.padding(size));
        return Optional.of(bytes);
    }

    private byte[] header() throws IOException {
        byte[] header = in.readNBytes(TarHeader.BLOCK);
        if (header.length < TarHeader.BLOCK) {
            throw cut("a header");
        }
        return header;
    }

    private void requirePadding(String path, int count) throws IOException {
        byte[] padding = in.readNBytes(count);
        if (padding.length < count) {
            throw cut(path);
        }
        if (!isZero(padding)) {
            throw new BundleRefused("something stands between " + path + " and the next file");
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (byte each : bytes) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    static BundleRefused cut(String where) {
        return new BundleRefused("the archive ends in " + where + "; it was cut, or is not whole yet");
    }
}
