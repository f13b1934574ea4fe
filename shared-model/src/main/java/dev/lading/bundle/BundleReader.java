package dev.lading.bundle;

import dev.lading.oci.Digest;
import dev.lading.tar.TarHeader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Reads a bundle as a stream, and refuses what is not byte for byte what was signed. What may come is known, and
 * trusted, before the first file: no header is believed, each is compared with the only one it may be.
 */
public final class BundleReader {
    private static final String WHAT = "the bundle";

    private final InputStream in;
    private final FileList list;
    private final Digest listDigest;
    private final Optional<String> signer;
    private final Trust trust;
    private final Optional<VolumePlan> plan;
    private final Optional<VolumeMark> volume;
    private final List<Part> parts;

    /** What a volume had so far. */
    private final List<FileList.Entry> read = new ArrayList<>();

    /** A header that was read and not used. */
    private Optional<byte[]> pending = Optional.empty();

    private int at;

    /** @throws BundleRefused if it is no bundle, or not trusted */
    public BundleReader(InputStream in, Trust trust) throws IOException {
        this.in = in;
        this.trust = trust;
        byte[] first = header();
        byte[] text = content(first, BundleWriter.LIST, FileList.MAX_BYTES)
                .orElseThrow(() -> new BundleRefused("this is no bundle: it begins with '" + TarHeader.named(first)
                        + "' and not with " + BundleWriter.LIST));
        Optional<byte[]> signature = next(BundleWriter.SIGNATURE, BundleSignature.MAX_BYTES);
        this.signer = trust.require(WHAT, text, signature.map(BundleSignature::parse));
        this.list = FileList.parse(text);
        this.listDigest = Digest.of(Digest.SHA256, text);
        Optional<byte[]> mark = next(VolumeMark.PATH, VolumeMark.MAX_BYTES);
        this.volume = mark.map(VolumeMark::parse);
        this.plan = volume.map(each -> VolumePlan.of(list, each.volumeBytes()));
        if (plan.isPresent()) {
            requireVolume(plan.get(), volume.orElseThrow());
            read.add(FileList.Entry.of(BundleWriter.LIST, text));
            read.add(FileList.Entry.of(VolumeMark.PATH, mark.orElseThrow()));
        }
        this.parts = plan.isPresent() ? plan.get().parts(volume.orElseThrow()) : Part.wholes(list);
    }

    private static void requireVolume(VolumePlan plan, VolumeMark mark) {
        if (mark.number() > plan.count() || !plan.mark(mark.number()).equals(mark)) {
            throw new BundleRefused("the archive says that it is " + mark + ", and its list makes " + plan.count()
                    + " volumes of " + mark.volumeBytes() + " bytes");
        }
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

    /** Which volume this is; empty: the bundle is one archive. */
    public Optional<VolumeMark> volume() {
        return volume;
    }

    /** How the bundle is cut; empty: it is not. */
    public Optional<VolumePlan> plan() {
        return plan;
    }

    /** Bytes of all that this archive has of the files. */
    public long sizeBytes() {
        return parts.stream().mapToLong(Part::sizeBytes).sum();
    }

    public boolean hasNext() {
        return at < parts.size();
    }

    /** What {@link #next} or {@link #pass} will read. */
    public Part peek() {
        if (!hasNext()) {
            throw new NoSuchElementException("all files were read");
        }
        return parts.get(at);
    }

    /**
     * Reads the next file, or piece of one.
     *
     * @return its entry, once the bytes of a whole file are known to be those that it names
     * @throws BundleRefused if they are not
     */
    public FileList.Entry next(FileList.Target target) throws IOException {
        Part part = begin();
        Digest digest = part.copy(in, target).orElseThrow(() -> cut(part.path()));
        if (part.isWhole() && !digest.equals(part.file().digest())) {
            throw new BundleRefused(part.path() + " is not what the list says: its digest is another");
        }
        return end(part, digest);
    }

    /** Takes the bytes to their end; of a whole file, it compares their digest itself. */
    @FunctionalInterface
    public interface Keeper {
        void keep(InputStream content) throws IOException;
    }

    /**
     * Hands on the next file, so that what stores it computes its digest, and nobody else does; or a piece.
     *
     * @return its entry; what a piece is known by is said by the end of the volume
     * @throws BundleRefused if it is not whole
     */
    public FileList.Entry pass(Keeper keeper) throws IOException {
        Part part = begin();
        var content = new FileContent(in, part);
        keeper.keep(content);
        if (!content.isRead()) {
            throw new IllegalStateException(part.path() + " was not read to its end");
        }
        return end(part, content.digest());
    }

    private Part begin() throws IOException {
        Part part = peek();
        at++;
        requireHeader(part.path(), part.sizeBytes());
        return part;
    }

    private FileList.Entry end(Part part, Digest digest) throws IOException {
        requirePadding(part.path(), TarHeader.padding(part.sizeBytes()));
        FileList.Entry entry = part.entry(digest);
        if (volume.isPresent()) {
            read.add(entry);
        }
        return entry;
    }

    private void requireHeader(String path, long sizeBytes) throws IOException {
        byte[] header = header();
        if (!Arrays.equals(header, TarHeader.of(path, sizeBytes))) {
            throw new BundleRefused("the archive has '" + TarHeader.named(header) + "', or another header, where "
                    + path + " must stand");
        }
    }

    /**
     * Reads the end, behind which nothing may come. That of a volume says what its parts are.
     *
     * @throws BundleRefused if something does, or they are not
     */
    public void end() throws IOException {
        if (hasNext()) {
            throw new NoSuchElementException("there are files left");
        }
        if (volume.isPresent()) {
            requireParts();
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

    private void requireParts() throws IOException {
        byte[] text = new FileList(read).text();
        requireHeader(VolumePlan.LIST, text.length);
        byte[] found = in.readNBytes(text.length);
        if (found.length < text.length) {
            throw cut(VolumePlan.LIST);
        }
        if (!Arrays.equals(text, found)) {
            throw new BundleRefused("the end of " + volume.orElseThrow() + " names other parts than those before it");
        }
        requirePadding(VolumePlan.LIST, TarHeader.padding(text.length));
        if (signer.isPresent()) {
            Optional<byte[]> signature = next(VolumePlan.SIGNATURE, BundleSignature.MAX_BYTES);
            if (!trust.require(WHAT, text, signature.map(BundleSignature::parse))
                    .equals(signer)) {
                throw new BundleRefused(
                        "the end of " + volume.orElseThrow() + " is signed by another key than its" + " beginning");
            }
        }
    }

    /** A small file that may come next. */
    private Optional<byte[]> next(String path, int most) throws IOException {
        byte[] header = header();
        Optional<byte[]> content = content(header, path, most);
        if (content.isEmpty()) {
            pending = Optional.of(header);
        }
        return content;
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
        if (pending.isPresent()) {
            byte[] unused = pending.get();
            pending = Optional.empty();
            return unused;
        }
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
