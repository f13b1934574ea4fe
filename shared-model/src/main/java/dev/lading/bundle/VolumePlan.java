package dev.lading.bundle;

import dev.lading.tar.TarHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * How a bundle is cut into volumes. It follows from the list of files and the size alone, so that a volume can be made
 * alone, and whoever reads one knows what must be in it. Each begins with the files that the bundle begins with; the
 * others follow each other, cut between files where no file is larger than a volume.
 */
public final class VolumePlan {
    /** Limit on the volumes of a bundle. */
    public static final int MOST = 999;

    static final String LIST = "lading/parts";
    static final String SIGNATURE = "lading/parts.sig";

    /** No piece is smaller, but the last of a file. */
    private static final long LEAST_PIECE = 64 * 1024;

    private static final String CONTENT = "blobs/";

    /** Digits of the largest size that a list may name. */
    private static final int MOST_DIGITS = 16;

    private final List<FileList.Entry> beginning = new ArrayList<>();
    private final List<List<Part>> volumes = new ArrayList<>();
    private final long volumeBytes;

    /** What each volume has beside its parts and the text that lists them. */
    private final long fixedBytes;

    private final long fixedText;

    /** What the volume at hand has so far. */
    private long bytes;

    private long text;

    private VolumePlan(FileList list, long volumeBytes) {
        this.volumeBytes = volumeBytes;
        List<FileList.Entry> entries = list.entries();
        entries.stream().takeWhile(file -> !file.path().startsWith(CONTENT)).forEach(beginning::add);
        long listBytes = list.textBytes();
        this.fixedBytes = inTar(listBytes)
                + 2 * inTar(BundleSignature.MAX_BYTES)
                + inTar(VolumeMark.MAX_BYTES)
                + beginning.stream().mapToLong(file -> inTar(file.sizeBytes())).sum()
                + TarHeader.BLOCK
                + BundleWriter.END;
        this.fixedText = FileList.Entry.lineBytes(BundleWriter.LIST, digits(listBytes))
                + FileList.Entry.lineBytes(VolumeMark.PATH, digits(VolumeMark.MAX_BYTES))
                + beginning.stream()
                        .mapToLong(file -> FileList.Entry.lineBytes(file.path(), digits(file.sizeBytes())))
                        .sum();
        begin();
        long room = room(BundleWriter.LIST.length() + "blobs/sha256/".length() + 64);
        if (room < LEAST_PIECE) {
            throw new BundleRefused("volumes of " + volumeBytes + " bytes are too small: each begins with the list of"
                    + " all files, and needs at least " + (volumeBytes + LEAST_PIECE - room) + " bytes");
        }
        entries.stream().skip(beginning.size()).forEach(this::add);
    }

    /** @throws BundleRefused if the size is too small, or the volumes would be too many */
    public static VolumePlan of(FileList list, long volumeBytes) {
        return new VolumePlan(list, volumeBytes);
    }

    private static long inTar(long sizeBytes) {
        return TarHeader.BLOCK + sizeBytes + TarHeader.padding(sizeBytes);
    }

    private static int digits(long size) {
        return Long.toString(size).length();
    }

    private void begin() {
        if (volumes.size() == MOST) {
            throw new BundleRefused("there would be more than " + MOST + " volumes; choose a larger size");
        }
        volumes.add(new ArrayList<>());
        bytes = fixedBytes;
        text = fixedText;
    }

    /** Bytes that a piece may have in the volume at hand, in whole blocks. */
    private long room(int pathLength) {
        long all = text + FileList.Entry.lineBytes(" ".repeat(pathLength), MOST_DIGITS);
        long left = volumeBytes - bytes - all - TarHeader.padding(all) - TarHeader.BLOCK;
        return left - Math.floorMod(left, TarHeader.BLOCK);
    }

    private boolean fits(FileList.Entry file) {
        return file.sizeBytes() <= room(file.path().length());
    }

    private void add(FileList.Entry file) {
        if (!fits(file)) {
            if (isLarger(file)) {
                cut(file);
                return;
            }
            begin();
        }
        add(Part.whole(file));
    }

    /** Whether no volume has room for it. */
    private boolean isLarger(FileList.Entry file) {
        long before = bytes;
        long lines = text;
        bytes = fixedBytes;
        text = fixedText;
        boolean larger = !fits(file);
        bytes = before;
        text = lines;
        return larger;
    }

    private void cut(FileList.Entry file) {
        int number = 1;
        for (long at = 0; at < file.sizeBytes(); ) {
            long room = room(Part.path(file, number).length());
            if (room < LEAST_PIECE) {
                begin();
                continue;
            }
            long size = Math.min(room, file.sizeBytes() - at);
            add(new Part(file, number++, at, size));
            at += size;
        }
    }

    private void add(Part part) {
        volumes.getLast().add(part);
        bytes += inTar(part.sizeBytes());
        text += FileList.Entry.lineBytes(part.path(), digits(part.sizeBytes()));
    }

    public int count() {
        return volumes.size();
    }

    /** @param number from 1 on */
    public VolumeMark mark(int number) {
        if (number < 1 || number > count()) {
            throw new BundleRefused("there is no volume " + number + ": the bundle has " + count() + " of at most "
                    + volumeBytes + " bytes");
        }
        return new VolumeMark(number, count(), volumeBytes);
    }

    /** All that a volume has, in order. */
    List<Part> parts(VolumeMark mark) {
        List<Part> parts = new ArrayList<>();
        beginning.forEach(file -> parts.add(Part.whole(file)));
        parts.addAll(volumes.get(mark.number() - 1));
        return parts;
    }

    /**
     * A piece, and where it is.
     *
     * @param index among the pieces of the volume
     */
    public record Piece(int volume, int index, Part part) {}

    /** Pieces of files that are cut, in order. */
    public List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < volumes.size(); i++) {
            int index = 0;
            for (Part part : volumes.get(i)) {
                if (!part.isWhole()) {
                    pieces.add(new Piece(i + 1, index++, part));
                }
            }
        }
        return pieces;
    }
}
