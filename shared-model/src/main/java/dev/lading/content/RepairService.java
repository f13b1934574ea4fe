package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.commit.Progress;
import dev.lading.content.RepairState.Verdict;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.HexPartition;
import dev.lading.metadata.Lazily;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Page;
import dev.lading.metadata.Write;
import dev.lading.repository.VersionService;
import dev.lading.task.TaskId;
import java.io.IOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Verifies that stored bytes are those that were pushed, of one version or of the whole registry. It reports and repairs
 * nothing. A check may be long, so it is done in steps, each of which ends when its time is up.
 */
public final class RepairService {
    private static final String BLOB = "blob ";
    private static final String MANIFEST = "manifest ";
    private static final int PAGE = 1000;

    /** Records compared with one listing of all bytes: about 40 MB of memory. */
    private static final int COMPARED_AT_ONCE = 100_000;

    private final MetadataStore store;
    private final VersionService versions;
    private final BlobStore blobs;
    private final int comparedAtOnce;

    public RepairService(MetadataStore store, VersionService versions, BlobStore blobs) {
        this(store, versions, blobs, COMPARED_AT_ONCE);
    }

    RepairService(MetadataStore store, VersionService versions, BlobStore blobs, int comparedAtOnce) {
        this.store = store;
        this.versions = versions;
        this.blobs = blobs;
        this.comparedAtOnce = comparedAtOnce;
    }

    /**
     * One step of a check.
     *
     * @param verifyDigests false: only check that bytes are there, in full length
     * @param timeIsUp asked again and again; a step does a little in any case
     * @param progress may throw to stop
     */
    public record Step(boolean verifyDigests, BooleanSupplier timeIsUp, Progress progress) {}

    /** The state that was last kept for a task, or that of a check which begins. */
    public RepairState begun(TaskId task) {
        return store.get(RepairState.TABLE, RepairState.key(task)).orElseGet(() -> RepairState.begin(task));
    }

    public void keep(RepairState state) {
        store.write(Write.put(RepairState.TABLE, state));
    }

    public void forget(TaskId task) {
        store.write(new Write.Delete(RepairState.TABLE, RepairState.key(task), Condition.anything()));
    }

    /**
     * Checks the blobs and manifests of a version.
     *
     * @throws dev.lading.oci.RegistryException.EntityUnknown if there is no such version
     */
    public RepairState check(RepositoryId repository, long version, RepairState from, Step step) throws IOException {
        RepositoryView view = versions.view(repository, version);
        var present = versions.get(repository, version).present();
        Stream<StoredBytes> manifests = view.stream(ManifestEntry.TABLE, after(from, MANIFEST))
                .map(row -> StoredBytes.of(MANIFEST + row.name(), row, blobs));
        Stream<StoredBytes> all = from.after().startsWith(MANIFEST)
                ? manifests
                : Stream.concat(
                        view.stream(BlobEntry.TABLE, after(from, BLOB))
                                .filter(BlobEntry::isHeld)
                                .map(row -> StoredBytes.of(BLOB + row.name(), row, blobs)),
                        manifests);
        return walk(all.iterator(), from, step, OptionalLong.of(present.blobs() + present.manifests()));
    }

    private static Optional<String> after(RepairState state, String kind) {
        return Optional.of(state.after())
                .filter(place -> place.startsWith(kind))
                .map(place -> place.substring(kind.length()));
    }

    /**
     * Checks all bytes for which there are records: those of every version of every repository, and those that wait for
     * a manifest or a sync. To see that they are there, they are listed, a thousand in a request.
     */
    public RepairState checkAll(RepairState from, Step step) throws IOException {
        if (step.verifyDigests()) {
            Iterator<StoredBytes> all = records(from.after()).map(this::bytes).iterator();
            return walk(all, from, step, OptionalLong.empty());
        }
        RepairState state = from;
        do {
            List<BlobRecord> some = compared(state);
            if (some.isEmpty() && state.upTo().isEmpty()) {
                return state.end();
            }
            state = compare(some, state.upTo().isEmpty() ? state.comparing(place(some.getLast())) : state, step);
        } while (!step.timeIsUp().getAsBoolean());
        return state;
    }

    private RepairState walk(Iterator<StoredBytes> all, RepairState from, Step step, OptionalLong total)
            throws IOException {
        RepairState state = from;
        while (all.hasNext()) {
            StoredBytes bytes = all.next();
            long checked = state.checked();
            Verdict verdict =
                    bytes.verdict(step.verifyDigests(), () -> step.progress().at(checked, total));
            state = state.plus(bytes.digest(), verdict).behind(bytes.place());
            step.progress().at(state.checked(), total);
            if (step.timeIsUp().getAsBoolean()) {
                return state;
            }
        }
        return state.end();
    }

    /** Records that are compared with the next listing, or with the rest of one; in their own order. */
    private List<BlobRecord> compared(RepairState state) {
        Stream<BlobRecord> rest = records(state.after());
        return (state.upTo().isEmpty()
                        ? rest.limit(comparedAtOnce)
                        : rest.takeWhile(record -> place(record).compareTo(state.upTo()) <= 0))
                .toList();
    }

    /** Merges records with a listing of all bytes, page by page. */
    private RepairState compare(List<BlobRecord> some, RepairState from, Step step) throws IOException {
        Iterator<BlobRecord> byKey = some.stream()
                .filter(record -> record.key().value().compareTo(from.listed()) > 0)
                .sorted(Comparator.comparing(record -> record.key().value()))
                .iterator();
        RepairState state = from;
        Optional<String> listed = Optional.of(from.listed()).filter(name -> !name.isEmpty());
        Optional<BlobRecord> next = following(byKey);
        while (next.isPresent()) {
            Page<BlobStore.Listed> page = blobs.list(listed);
            Map<BlobKey, Long> sizes = page.records().stream()
                    .collect(Collectors.toMap(BlobStore.Listed::key, BlobStore.Listed::sizeBytes));
            listed = page.next();
            String end = listed.orElse("~");
            while (next.isPresent() && next.get().key().value().compareTo(end) <= 0) {
                BlobRecord record = next.get();
                Long size = sizes.get(record.key());
                boolean isWhole = size != null && size == record.sizeBytes();
                // It may have been stored or deleted since the listing was read.
                state = state.plus(
                        record.digest(), isWhole ? Verdict.WHOLE : bytes(record).verdict(false, () -> {}));
                step.progress().at(state.checked(), OptionalLong.empty());
                next = following(byKey);
            }
            state = state.listed(end);
            if (next.isPresent() && step.timeIsUp().getAsBoolean()) {
                return state;
            }
        }
        return state.behind(state.upTo());
    }

    private static Optional<BlobRecord> following(Iterator<BlobRecord> records) {
        return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
    }

    /** All records of bytes behind a place, in order. */
    private Stream<BlobRecord> records(String after) {
        return Lazily.inTurn(HexPartition.ALL.stream()
                .filter(partition -> after.isEmpty() || partition.digit() >= after.charAt(0))
                .<Supplier<Stream<BlobRecord>>>map(partition -> () -> store.stream(
                        BlobRecord.TABLE,
                        partition
                                .all(PAGE)
                                .after(Optional.of(after).filter(place -> place.startsWith(partition.toString())))))
                .toList());
    }

    private StoredBytes bytes(BlobRecord record) {
        return StoredBytes.of(
                record,
                blobs,
                () -> store.get(BlobRecord.TABLE, BlobRecord.key(record.digest()))
                        .filter(now -> now.key().equals(record.key()))
                        .isPresent());
    }

    private static String place(BlobRecord record) {
        return BlobRecord.key(record.digest()).sort();
    }
}
