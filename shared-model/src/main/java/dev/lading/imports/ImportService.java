package dev.lading.imports;

import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.FileList;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentWriter;
import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.distribution.DistributionService;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.upload.UploadService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Optional;

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
    private final InstantSource clock;

    public ImportService(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ManifestService manifests,
            UploadService uploads,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.distributions = distributions;
        this.manifests = manifests;
        this.uploads = uploads;
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
        return begin(bundle, request).expected();
    }

    /**
     * Imports a bundle. One that was interrupted goes on where it was, as far as the content is here; one that was done
     * makes nothing new.
     *
     * @param bundle read to its end
     * @throws BundleRefused if it is not whole, or cannot be imported as is asked; no repository is changed then
     * @throws Denied if a target may not be written
     */
    public ImportReport run(InputStream bundle, ImportRequest request, Progress progress) throws IOException {
        Begun begun = begin(bundle, request);
        releaseGivenUp();
        StagedBundle staged = staged(begun.reader().listDigest());
        var staging = new BundleStaging(store, uploads, manifests, clock, staged, begun.document());
        long total = contentBytes(begun.reader().list());
        long bytes = 0;
        while (begun.files().hasNext()) {
            FileList.Entry file = begun.files().next();
            staging.next(begun.reader(), file);
            bytes += file.sizeBytes();
            progress.read(bytes, total);
        }
        begun.reader().end();
        ImportReport report = begun.targets().commit(staged.staging(), progress);
        release(staged);
        return report;
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
            Iterator<FileList.Entry> files,
            ImportTargets targets,
            ImportReport expected) {}

    private Begun begin(InputStream bundle, ImportRequest request) throws IOException {
        var reader = new BundleReader(bundle, request.trust());
        Iterator<FileList.Entry> files = reader.list().entries().iterator();
        var document = new BundleDocument(document(reader, files), reader.list());
        var targets = new ImportTargets(
                store, repositories, versions, distributions, manifests, clock, request, document, reader);
        return new Begun(reader, document, files, targets, targets.report());
    }

    private static byte[] document(BundleReader reader, Iterator<FileList.Entry> files) throws IOException {
        while (files.hasNext()) {
            FileList.Entry file = files.next();
            if (file.path().startsWith("blobs/") || file.sizeBytes() > DocumentWriter.MAX_BYTES) {
                break;
            }
            var content = new ByteArrayOutputStream();
            boolean isIt = file.path().equals(DocumentHead.PATH);
            var _ = reader.next((bytes, count) -> {
                if (isIt) {
                    content.write(bytes, 0, count);
                }
            });
            if (isIt) {
                return content.toByteArray();
            }
        }
        throw new BundleRefused("the archive does not begin as a bundle does: " + DocumentHead.PATH
                + " must stand before what it tells of");
    }

    private StagedBundle staged(Digest list) {
        return OptimisticRetry.until(clock, () -> {
            Optional<StagedBundle> before = store.get(StagedBundle.TABLE, StagedBundle.key(list));
            if (before.isPresent()) {
                return before;
            }
            var begun = new StagedBundle(list, Staging.begin(clock.instant()), clock.instant(), 0);
            return store.write(StagedBundle.begin(begun)) ? Optional.of(begun) : Optional.empty();
        });
    }

    private void releaseGivenUp() {
        Instant now = clock.instant();
        store.query(StagedBundle.TABLE, StagedBundle.all(AT_ONCE)).records().stream()
                .filter(staged -> !staged.isUsable(now))
                .forEach(this::release);
    }

    private void release(StagedBundle staged) {
        // Another import of the bundle may have done so.
        store.write(staged.release(clock.instant()));
    }
}
