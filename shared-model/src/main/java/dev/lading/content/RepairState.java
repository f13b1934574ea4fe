package dev.lading.content;

import dev.lading.metadata.Key;
import dev.lading.metadata.Table;
import dev.lading.oci.Digest;
import dev.lading.task.TaskId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How far a check of stored bytes has come; with it, another process goes on.
 *
 * @param task that checks
 * @param after what was checked last, in the order of the check; empty: nothing
 * @param upTo the last of the records that are being compared with a listing of the bytes; empty: none are
 * @param listed how far that listing was read
 * @param checked number of blobs and manifests
 * @param missing those whose bytes are not there
 * @param corrupted those whose bytes differ, or are too few
 * @param ended whether all was checked
 */
public record RepairState(
        TaskId task,
        String after,
        String upTo,
        String listed,
        long checked,
        Faults missing,
        Faults corrupted,
        boolean ended) {
    public static final Table<RepairState> TABLE = new Table<>("repair", RepairState.class, s -> key(s.task()));

    /** DynamoDB's adapter stores no empty text and no empty list. */
    public RepairState {
        after = Objects.requireNonNullElse(after, "");
        upTo = Objects.requireNonNullElse(upTo, "");
        listed = Objects.requireNonNullElse(listed, "");
    }

    /** A count, and the first that were found. */
    public record Faults(long count, List<Digest> first) {
        static final Faults NONE = new Faults(0, List.of());

        /** Limit on digests; more are only counted. */
        static final int MAX_NAMED = 1000;

        public Faults {
            first = first == null ? List.of() : List.copyOf(first);
        }

        Faults plus(Digest digest) {
            return new Faults(
                    count + 1,
                    first.size() < MAX_NAMED
                            ? Stream.concat(first.stream(), Stream.of(digest)).toList()
                            : first);
        }
    }

    static Key key(TaskId task) {
        return new Key(task.toString(), "repair");
    }

    public static RepairState begin(TaskId task) {
        return new RepairState(task, "", "", "", 0, Faults.NONE, Faults.NONE, false);
    }

    /** What is to be said of some bytes. */
    enum Verdict {
        WHOLE,
        MISSING,
        CORRUPTED
    }

    /** This check with one more blob or manifest, wherever it is in the order. */
    RepairState plus(Digest digest, Verdict verdict) {
        return new RepairState(
                task,
                after,
                upTo,
                listed,
                checked + 1,
                verdict == Verdict.MISSING ? missing.plus(digest) : missing,
                verdict == Verdict.CORRUPTED ? corrupted.plus(digest) : corrupted,
                ended);
    }

    /** This check once all up to there is checked. */
    RepairState behind(String last) {
        return new RepairState(task, last, "", "", checked, missing, corrupted, ended);
    }

    RepairState comparing(String last) {
        return new RepairState(task, after, last, listed, checked, missing, corrupted, ended);
    }

    RepairState listed(String last) {
        return new RepairState(task, after, upTo, last, checked, missing, corrupted, ended);
    }

    RepairState end() {
        return new RepairState(task, after, upTo, listed, checked, missing, corrupted, true);
    }
}
