package dev.lading.upload;

import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.TooManyRequests;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The limit on uploads that a principal has open at once: each claims one of so many slots, on condition that nobody has
 * it. So the limit is exact, whichever processes begin uploads at once, and whatever dies: there is no count to drift.
 *
 * <p>A slot is drawn and claimed in the transaction that writes the upload's record, which is one request, as without a
 * limit. Where it is taken, which it is by a chance of open uploads over the limit, two requests more look which slots
 * are free, and claim one. The end of an upload has its slot in the transaction that it has anyway. All slots of a
 * principal are in one partition, of which DynamoDB takes some 250 beginnings and ends a second.
 */
final class OpenUploads {
    private static final int PAGE = 1_000;

    /** Limit on uploads that are looked at, when all slots are taken, for one that has expired and was not swept yet. */
    private static final int LOOKED_AT = 25;

    private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

    private final MetadataStore store;
    private final InstantSource clock;
    private final int most;
    private final Duration expiry;

    /** @param most 0: any number */
    OpenUploads(MetadataStore store, InstantSource clock, int most, Duration expiry) {
        this.store = store;
        this.clock = clock;
        this.most = most;
        this.expiry = expiry;
    }

    /**
     * Stores an upload's record with a slot.
     *
     * @param draft makes the upload that is to have it
     * @throws TooManyRequests if the principal has as many open as one may have
     */
    Upload begin(String principal, Function<Optional<UploadSlot.Id>, Upload> draft) {
        if (most == 0) {
            Upload upload = draft.apply(Optional.empty());
            store.writeUnsynced(List.of(Write.put(Upload.TABLE, upload, Condition.absent())));
            return upload;
        }
        int drawn = ThreadLocalRandom.current().nextInt(most);
        return claim(principal, drawn, draft)
                .orElseGet(() -> OptimisticRetry.until(clock, () -> claim(principal, free(principal), draft)));
    }

    private Optional<Upload> claim(String principal, int number, Function<Optional<UploadSlot.Id>, Upload> draft) {
        var slot = new UploadSlot.Id(principal, number);
        Upload upload = draft.apply(Optional.of(slot));
        return store.writeUnsynced(
                        List.of(Write.put(Upload.TABLE, upload, Condition.absent()), UploadSlot.claim(slot, upload)))
                ? Optional.of(upload)
                : Optional.empty();
    }

    /** A slot that nobody had a moment ago. */
    private int free(String principal) {
        List<UploadSlot> taken = taken(principal);
        int[] free = numbers(taken);
        if (free.length == 0) {
            if (endExpired(taken) == 0) {
                throw new TooManyRequests(
                        "you have " + most + " uploads open, and no more are taken: finish or cancel some, or wait;"
                                + " what rests ends after " + text(expiry),
                        RETRY_AFTER);
            }
            free = numbers(taken(principal));
        }
        // Where others took them meanwhile, any number will do: it is taken, and looked for again.
        return free.length == 0 ? 0 : free[ThreadLocalRandom.current().nextInt(free.length)];
    }

    private List<UploadSlot> taken(String principal) {
        return store.stream(UploadSlot.TABLE, UploadSlot.of(principal, PAGE)).toList();
    }

    private int[] numbers(List<UploadSlot> taken) {
        var free = new BitSet(most);
        free.set(0, most);
        taken.forEach(slot -> free.clear(slot.id().number()));
        return free.stream().toArray();
    }

    /** Ends uploads that have expired, and returns how many slots became free. The sweep deletes their bytes. */
    private int endExpired(List<UploadSlot> taken) {
        Instant now = clock.instant();
        List<UploadSlot> old = new ArrayList<>(
                taken.stream().filter(slot -> slot.expires().isBefore(now)).toList());
        Collections.shuffle(old, ThreadLocalRandom.current());
        return (int) old.stream()
                .limit(LOOKED_AT)
                .filter(slot -> endExpired(slot, now))
                .count();
    }

    private boolean endExpired(UploadSlot slot, Instant now) {
        Write release = Write.deleteUnchanged(UploadSlot.TABLE, slot);
        Optional<Upload> upload =
                store.get(Upload.TABLE, Upload.key(slot.upload())).filter(slot::isOf);
        if (upload.isEmpty()) {
            // Ended by a process of an earlier build, which knows no slots.
            return store.writeUnsynced(List.of(release));
        }
        return upload.get().expires().isBefore(now)
                && store.writeUnsynced(List.of(
                        Write.put(Upload.TABLE, upload.get().discard(), Condition.unchanged(upload.get())), release));
    }

    /** Writes that discard an upload, and give its slot back. */
    static List<Write> discard(Upload upload) {
        return Stream.concat(
                        Stream.of(Write.put(Upload.TABLE, upload.discard(), Condition.unchanged(upload))),
                        UploadSlot.release(upload).stream())
                .toList();
    }

    private static String text(Duration time) {
        return time.toHours() > 0 ? time.toHours() + " h" : Math.max(1, time.toMinutes()) + " min";
    }
}
