package dev.lading.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lading.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    /** Limit on the list's own bytes. A file has some 160, and takes a kilobyte of an export's or import's memory. */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    /** Limit on one file: S3 takes none that is larger. */
    private static final long MAX_FILE_BYTES = 5L << 40;

    private static final int DIGEST_CHARACTERS = 71;

    /** No entry can be written in another way. */
    private static final Pattern LINE = Pattern.compile("(sha256:[0-9a-f]{64}) (0|[1-9][0-9]{0,15}) (\\S{1,100})");

    /** No other file belongs into a bundle. */
    private static final Pattern PATH =
            Pattern.compile("oci-layout|index\\.json|manifest\\.json|lading/export\\.json|blobs/sha256/([0-9a-f]{64})");

    /** @throws BundleRefused if it is longer than a bundle may have it */
    public FileList {
        entries = List.copyOf(entries);
        if (entries.stream().mapToLong(Entry::lineBytes).sum() > MAX_BYTES) {
            throw new BundleRefused("a bundle of " + entries.size()
                    + " files is more than one archive may hold; export fewer repositories at once");
        }
    }

    public record Entry(Digest digest, long sizeBytes, String path) {
        /** A file that is named by its digest, as an image layout has them. */
        public static Entry blob(Digest digest, long sizeBytes) {
            return new Entry(digest, sizeBytes, "blobs/sha256/" + digest.hex());
        }

        private String line() {
            return digest + " " + sizeBytes + " " + path + "\n";
        }

        private long lineBytes() {
            return lineBytes(path, Long.toString(sizeBytes).length());
        }

        /** @param digits of the size */
        static long lineBytes(String path, int digits) {
            return DIGEST_CHARACTERS + 1L + digits + 1 + path.length() + 1;
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

    int textBytes() {
        return (int) entries.stream().mapToLong(Entry::lineBytes).sum();
    }

    byte[] text() {
        var text = ByteBuffer.allocate(textBytes());
        entries.forEach(each -> text.put(each.line().getBytes(US_ASCII)));
        return text.array();
    }

    /** @throws BundleRefused if it is none, or names what belongs into no bundle */
    static FileList parse(byte[] text) {
        List<Entry> entries = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (int at = 0; at < text.length; ) {
            int end = endOfLine(text, at);
            Entry entry = entry(new String(text, at, end - at, US_ASCII));
            if (!paths.add(entry.path())) {
                throw new BundleRefused("the list of files names " + entry.path() + " twice");
            }
            entries.add(entry);
            at = end + 1;
        }
        return new FileList(entries);
    }

    private static int endOfLine(byte[] text, int from) {
        for (int at = from; at < text.length; at++) {
            if (text[at] == '\n') {
                return at;
            }
        }
        throw new BundleRefused("the list of files ends in the middle of a line");
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
