package dev.lading.imports;

import dev.lading.blob.BlobStore;
import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.FileList;
import dev.lading.bundle.VolumeMark;
import dev.lading.bundle.VolumePlan;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentWriter;
import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.distribution.DistributionService;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes in what bundles hold. Nothing is seen of it before the bundle was read to its end and found whole; then each
 * repository's versions are, all at once.
 */
public final class ImportService {
    private static final int AT_ONCE = 100;

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final DistributionService distributions;
    private final ManifestService manifests;
    private final UploadService uploads;
    private final BlobStore blobs;
    private final InstantSource clock;

    public ImportService(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ManifestService manifests,
            UploadService uploads,
            BlobStore blobs,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.distributions = distributions;
        this.manifests = manifests;
        this.uploads = uploads;
        this.blobs = blobs;
        this.clock = clock;
    }

    /** Told how far an import is; may throw to stop it. */
    public interface Progress {
        Progress NONE = new Progress() {};

        /** @param ofBytes of content in the bundle */
        default void read(long bytes, long ofBytes) {}

        default void written(long rows) {}
    }

    /**
     * Finds out what an import would do, from what stands first in a bundle.
     *
     * @throws BundleRefused if the import would be refused
     * @throws Denied if a target may not be written
     */
    public ImportReport check(InputStream bundle, ImportRequest request) throws IOException {
        Begun begun = begin(bundle, request);
        List<Integer> missing = begun.reader()
                .volume()
                .filter(volume -> !begun.expected().isNothing())
                .map(volume -> missing(begun.key(), volume))
                .orElse(List.of());
        return begun.report(begun.expected(), missing);
    }

    private List<Integer> missing(Key key, VolumeMark volume) {
        return store.get(StagedBundle.TABLE, key)
                .filter(staged -> staged.isUsable(clock.instant()))
                .map(staged -> new StagedVolumes(store, staged).missing(volume.count()))
                .orElseGet(
                        () -> IntStream.rangeClosed(1, volume.count()).boxed().toList());
    }

    /**
     * Imports a bundle, or takes one volume of it and imports once all are here. What was interrupted goes on where it
     * was, as far as the content is here; what was done makes nothing new.
     *
     * @param bundle read to its end
     * @throws BundleRefused if it is not whole, or cannot be imported as is asked; no repository is changed then
     * @throws Denied if a target may not be written
     */
    public ImportReport run(InputStream bundle, ImportRequest request, Progress progress) throws IOException {
        Begun begun = begin(bundle, request);
        releaseGivenUp();
        if (begun.reader().volume().isPresent() && begun.expected().isNothing()) {
            read(begun, reader -> reader.next((bytes, count) -> {}), progress);
            return begun.report(begun.expected(), List.of());
        }
        StagedBundle staged = staged(begun);
        try (var staging = new BundleStaging(store, uploads, manifests, blobs, clock, staged, begun.document())) {
            List<Integer> missing = stage(begun, staged, staging, progress);
            if (!missing.isEmpty()) {
                return begun.report(begun.expected(), missing);
            }
        }
        ImportReport report = begun.targets().commit(staged.staging(), progress);
        release(staged);
        return begun.report(report, List.of());
    }

    /** Stages an archive. Returns the numbers of the volumes that are missing. */
    private List<Integer> stage(Begun begun, StagedBundle staged, BundleStaging staging, Progress progress)
            throws IOException {
        if (begun.reader().volume().isPresent()) {
            return take(begun, staged, staging, progress);
        }
        var _ = read(begun, staging::next, progress);
        staging.await();
        return List.of();
    }

    private interface Step {
        FileList.Entry read(BundleReader reader) throws IOException;
    }

    /** Reads an archive to its end, and says what the pieces in it are. */
    private static List<Digest> read(Begun begun, Step step, Progress progress) throws IOException {
        BundleReader reader = begun.reader();
        List<Digest> pieces = new ArrayList<>();
        long total = reader.volume().isPresent() ? reader.sizeBytes() : contentBytes(reader.list());
        long bytes = 0;
        while (reader.hasNext()) {
            boolean isPiece = !reader.peek().isWhole();
            FileList.Entry entry = step.read(reader);
            if (isPiece) {
                pieces.add(entry.digest());
            }
            bytes += entry.sizeBytes();
            progress.read(bytes, total);
        }
        reader.end();
        return pieces;
    }

    /** Stages a volume, and joins files of which it had the last piece. Returns the numbers of those that are missing. */
    private List<Integer> take(Begun begun, StagedBundle staged, BundleStaging staging, Progress progress)
            throws IOException {
        VolumeMark volume = begun.reader().volume().orElseThrow();
        boolean isThere = new StagedVolumes(store, staged).has(volume.number());
        List<Digest> pieces =
                read(begun, isThere ? reader -> reader.next((bytes, count) -> {}) : staging::next, progress);
        staging.await();
        // Others may have come meanwhile.
        var volumes = new StagedVolumes(store, staged);
        if (!isThere && !volumes.add(volume.number(), pieces)) {
            throw new EntityInUse("another import of this bundle has ended meanwhile");
        }
        join(begun.reader().plan().orElseThrow(), volumes, staging);
        return volumes.missing(volume.count());
    }

    private static void join(VolumePlan plan, StagedVolumes volumes, BundleStaging staging) throws IOException {
        Map<FileList.Entry, List<VolumePlan.Piece>> files = new LinkedHashMap<>();
        plan.pieces()
                .forEach(piece -> files.computeIfAbsent(piece.part().file(), file -> new ArrayList<>())
                        .add(piece));
        for (var file : files.entrySet()) {
            if (file.getValue().stream().allMatch(piece -> volumes.has(piece.volume()))) {
                try {
                    staging.join(file.getKey(), digests(file.getValue(), volumes));
                } catch (BundleRefused e) {
                    file.getValue().forEach(piece -> volumes.forget(piece.volume()));
                    throw e;
                }
            }
        }
    }

    private static List<Digest> digests(List<VolumePlan.Piece> pieces, StagedVolumes volumes) {
        return pieces.stream()
                .map(piece -> volumes.pieces(piece.volume()).get(piece.index()))
                .toList();
    }

    /** Bytes behind the document. */
    private static long contentBytes(FileList list) {
        return list.entries().stream()
                .dropWhile(file -> !file.path().equals(DocumentHead.PATH))
                .skip(1)
                .mapToLong(FileList.Entry::sizeBytes)
                .sum();
    }

    /** A bundle as far as it must be read to know what it holds. */
    private record Begun(
            BundleReader reader,
            BundleDocument document,
            ImportTargets targets,
            ImportReport expected,
            Optional<StagedBundle.Cut> cut) {
        Key key() {
            return StagedBundle.key(reader.listDigest(), cut);
        }

        ImportReport report(ImportReport of, List<Integer> missing) {
            return reader.volume()
                    .map(volume -> of.with(
                            new ImportReport.Volume(volume.number(), volume.count(), volume.volumeBytes(), missing)))
                    .orElse(of);
        }
    }

    private Begun begin(InputStream bundle, ImportRequest request) throws IOException {
        var reader = new BundleReader(bundle, request.trust());
        var document = new BundleDocument(document(reader), reader.list());
        var targets = new ImportTargets(
                store, repositories, versions, distributions, manifests, clock, request, document, reader);
        Optional<StagedBundle.Cut> cut = reader.volume()
                .map(volume -> new StagedBundle.Cut(
                        volume.volumeBytes(), request.rights().sender()));
        return new Begun(reader, document, targets, targets.report(), cut);
    }

    private static byte[] document(BundleReader reader) throws IOException {
        while (reader.hasNext()) {
            FileList.Entry file = reader.peek().file();
            if (file.path().startsWith("blobs/") || file.sizeBytes() > DocumentWriter.MAX_BYTES) {
                break;
            }
            boolean isIt = file.path().equals(DocumentHead.PATH);
            ByteBuffer content = ByteBuffer.allocate(isIt ? (int) file.sizeBytes() : 0);
            var _ = reader.next((bytes, count) -> {
                if (isIt) {
                    content.put(bytes, 0, count);
                }
            });
            if (isIt) {
                return content.array();
            }
        }
        throw new BundleRefused("the archive does not begin as a bundle does: " + DocumentHead.PATH
                + " must stand before what it tells of");
    }

    private StagedBundle staged(Begun reading) {
        return OptimisticRetry.until(clock, () -> {
            Instant now = clock.instant();
            Optional<StagedBundle> before = store.get(StagedBundle.TABLE, reading.key());
            if (before.filter(each -> each.isUsable(now)).isPresent()) {
                return before;
            }
            before.ifPresent(this::release);
            var begun = new StagedBundle(reading.reader().listDigest(), reading.cut(), Staging.begin(now), now, 0);
            return store.write(StagedBundle.begin(begun)) ? Optional.of(begun) : Optional.empty();
        });
    }

    private void releaseGivenUp() {
        Instant now = clock.instant();
        store.stream(StagedBundle.TABLE, StagedBundle.all(AT_ONCE))
                .filter(staged -> !staged.isUsable(now))
                .forEach(this::release);
    }

    private void release(StagedBundle staged) {
        new StagedVolumes(store, staged).forget();
        // Another import of the bundle may have done so.
        store.write(staged.release(clock.instant()));
    }
}
