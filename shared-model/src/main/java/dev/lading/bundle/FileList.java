package dev.lading.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lading.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every file of a bundle behind this list, in order, with its digest and size. It stands first, so that a reader knows
 * all that may come before it reads gigabytes.
 */
public record FileList(List<Entry> entries) {
    /** Limit on the list's own bytes, each file has some 160. */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    /** Limit on one file: S3 takes none that is larger. */
    private static final long MAX_FILE_BYTES = 5L << 40;

    private static final Pattern LINE = Pattern.compile("(sha256:[0-9a-f]{64}) (0|[1-9][0-9]{0,15}) (\\S{1,100})");

    /** No other file belongs into a bundle. */
    private static final Pattern PATH =
            Pattern.compile("oci-layout|index\\.json|manifest\\.json|lading/export\\.json|blobs/sha256/([0-9a-f]{64})");

    public FileList {
        entries = List.copyOf(entries);
    }

    public record Entry(Digest digest, long sizeBytes, String path) {
        /** A file that is named by its digest, as an image layout has them. */
        public static Entry blob(Digest digest, long sizeBytes) {
            return new Entry(digest, sizeBytes, "blobs/sha256/" + digest.hex());
        }

        private String line() {
            return digest + " " + sizeBytes + " " + path + "\n";
        }

        public static Entry of(String path, byte[] bytes) {
            return new Entry(Digest.of(Digest.SHA256, bytes), bytes.length, path);
        }
    }

    /** Takes the bytes of a file, before they are known to be the listed ones. */
    @FunctionalInterface
    public interface Target {
        void take(byte[] bytes, int count) throws IOException;
    }

    /** Size of the whole, so that no more is read. */
    public long sizeBytes() {
        return entries.stream().mapToLong(Entry::sizeBytes).sum();
    }

    /** SHA-256 of the list as it stands in a bundle. Equal lists make bundles of equal content. */
    public Digest digest() {
        return Digest.of(Digest.SHA256, text());
    }

    long textBytes() {
        return entries.stream().mapToLong(each -> each.line().length()).sum();
    }

    byte[] text() {
        var text = new StringBuilder();
        entries.forEach(each -> text.append(each.line()));
        return text.toString().getBytes(US_ASCII);
    }

    /** @throws BundleRefused if it is none, or names what belongs into no bundle */
    static FileList parse(byte[] text) {
        List<Entry> entries = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (String line : (Iterable<String>) new String(text, US_ASCII).lines()::iterator) {
            Entry entry = entry(line);
            if (!paths.add(entry.path())) {
                throw new BundleRefused("the list of files names " + entry.path() + " twice");
            }
            entries.add(entry);
        }
        var list = new FileList(entries);
        if (!Arrays.equals(text, list.text())) {
            throw new BundleRefused("the list of files is not written as bundles have it");
        }
        return list;
    }

    private static Entry entry(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new BundleRefused("the list of files has a line that is none");
        }
        var entry = new Entry(Digest.parse(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3));
        Matcher path = PATH.matcher(entry.path());
        if (!path.matches()) {
            throw new BundleRefused("no bundle has a file " + entry.path());
        }
        if (path.group(1) != null && !path.group(1).equals(entry.digest().hex())) {
            throw new BundleRefused(entry.path() + " is listed with another digest");
        }
        if (entry.sizeBytes() > MAX_FILE_BYTES) {
            throw new BundleRefused(entry.path() + " is larger than any blob may be");
        }
        return entry;
    }
}
