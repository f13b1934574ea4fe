package dev.lading.testing;

import dev.lading.audit.Acting;
import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.cleanup.CleanupService;
import dev.lading.cleanup.HistoryCleanup;
import dev.lading.content.BlobService;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.content.RepairService;
import dev.lading.curation.CurationService;
import dev.lading.curation.StagingService;
import dev.lading.declared.DeclaredImages;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.NewNames;
import dev.lading.file.FileRepositories;
import dev.lading.history.Pull;
import dev.lading.history.PullPath;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryContent;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.upload.Chunk;
import dev.lading.upload.UploadService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All services of one process over some stores, with shorthands for tests. */
public final class Registry {
    public static final Duration UPLOAD_EXPIRY = Duration.ofHours(1);

    private static final int HELD_AT_ONCE = 30;

    public final RepositoryService repositories;
    public final DistributionService distributions;
    public final VersionService versions;
    public final ContentService content;
    public final CurationService curation;
    public final CleanupService cleanup;
    public final StagingService stagings;
    public final DeclaredImages declared;
    public final FileRepositories files;
    public final RepairService repair;
    public final UploadService uploads;
    public final BlobService blobs;
    public final ManifestService manifests;
    private final MetadataStore store;
    private final InstantSource clock;

    public Registry(MetadataStore store, BlobStore bytes, InstantSource clock) {
        this(store, bytes, clock, false);
    }

    /** @param changesProcess see {@link UploadService} */
    public Registry(MetadataStore store, BlobStore bytes, InstantSource clock, boolean changesProcess) {
        this.store = store;
        this.clock = clock;
        this.repositories = new RepositoryService(store, clock, NewNames.PUBLIC, Acting.NOBODY);
        this.distributions = new DistributionService(store, clock);
        this.versions = new VersionService(store, repositories);
        this.content = new ContentService(store, versions);
        this.uploads = new UploadService(store, bytes, repositories, clock, UPLOAD_EXPIRY, changesProcess);
        this.blobs = new BlobService(store, bytes, repositories, clock);
        this.manifests = new ManifestService(repositories, uploads, bytes, clock);
        this.curation = new CurationService(store, repositories, versions, content, manifests, clock);
        this.stagings = new StagingService(store, manifests, uploads, curation, clock);
        this.declared = new DeclaredImages(versions, manifests, bytes, stagings);
        this.files = new FileRepositories(store, repositories, versions, content, manifests, bytes, curation, stagings);
        this.repair = new RepairService(store, versions, bytes);
        var histories = new HistoryCleanup(
                store,
                repositories,
                versions,
                manifest -> manifests.parsed(manifest).named());
        this.cleanup = new CleanupService(store, histories, uploads, clock);
    }

    public static Chunk chunk(byte[] content) {
        return new Chunk(OptionalLong.empty(), OptionalLong.of(content.length), new ByteArrayInputStream(content));
    }

    public static Chunk chunkAt(long start, byte[] content) {
        return new Chunk(OptionalLong.of(start), OptionalLong.of(content.length), new ByteArrayInputStream(content));
    }

    public static Reference byTag(String tag) {
        return new Reference.ByTag(new Tag(tag));
    }

    public static Reference byDigest(Digest digest) {
        return new Reference.ByDigest(digest);
    }

    public Digest pushBlob(RepositoryName name, byte[] content) {
        Digest digest = Digest.of(Digest.SHA256, content);
        try {
            BlobKey key = uploads.begin(name).key();
            uploads.finish(name, key, chunk(content), digest);
            return digest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ManifestService.Pushed push(RepositoryName name, Reference reference, byte[] manifest, String... tags) {
        try {
            List<Tag> more = Stream.of(tags).map(Tag::new).toList();
            return manifests.put(name, reference, more, Optional.empty(), manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An image of one small blob. */
    public ManifestService.Pushed pushImage(RepositoryName name, String tag, String... tags) {
        return push(name, byTag(tag), Images.image(List.of(pushBlob(name, Bytes.random(100))), tag), tags);
    }

    /** Stores records of blobs as if they had been uploaded, without their bytes. */
    public List<Digest> holdBlobs(RepositoryName name, int count) {
        RepositoryId id = repositories.getOrCreate(name);
        List<Digest> digests = IntStream.range(0, count)
                .mapToObj(i -> Digest.of(Digest.SHA256, Bytes.random(20)))
                .toList();
        for (int from = 0; from < count; from += HELD_AT_ONCE) {
            store.write(digests.subList(from, Math.min(count, from + HELD_AT_ONCE)).stream()
                    .map(digest -> BlobRecord.first(digest, BlobKey.random(), 1, clock.instant()))
                    .flatMap(bytes -> Stream.of(
                            Write.put(BlobRecord.TABLE, bytes),
                            BlobEntry.pending(id, bytes).put(),
                            RepositoryContent.put(BlobEntry.unit(bytes), id, clock.instant())))
                    .toList());
        }
        return digests;
    }

    public Pull pull(RepositoryName name) {
        return repositories.pull(name);
    }

    public RepositoryView view(RepositoryName name) {
        return pull(name).require();
    }

    /** Serves a version under a name of its own, without the repository's record of the pin. */
    public RepositoryName pin(RepositoryName name, long version) {
        RepositoryName pinned = new RepositoryName(name + "-v" + version);
        RepositoryId id = view(name).repository();
        store.write(Write.put(PullPath.TABLE, new PullPath(pinned, id, version, true, false, Optional.empty(), 0)));
        return pinned;
    }

    public Optional<Digest> tag(RepositoryName name, String tag) {
        return view(name).tag(new Tag(tag));
    }

    public List<String> tags(RepositoryName name) {
        return manifests.tags(pull(name), Optional.empty(), 10_000).entries().stream()
                .map(TagEntry::name)
                .toList();
    }

    public boolean hasManifest(RepositoryName name, Reference reference) {
        try {
            manifests.get(pull(name), reference);
            return true;
        } catch (ManifestUnknown e) {
            return false;
        }
    }

    /** The kept versions, in order. */
    public List<RepositoryVersion> log(RepositoryName name) {
        RepositoryId id = view(name).repository();
        return all(RepositoryVersion.TABLE, RepositoryVersion.between(id, 0, Content.PENDING, 1000));
    }

    public <R> List<R> all(Table<R> table, Query query) {
        return store.stream(table, query).toList();
    }

    /** Numbers of the kept versions. */
    public List<Long> versions(RepositoryName name) {
        return log(name).stream().map(RepositoryVersion::version).toList();
    }

    /** Makes a name private, or public. */
    public void restrict(RepositoryName name, boolean restricted) {
        var id = distributions.findAt(name).orElseThrow().id();
        distributions.update(
                id,
                before -> new DistributionSettings(
                        before.name(),
                        before.basePath(),
                        before.repository(),
                        before.version(),
                        restricted,
                        before.hidden(),
                        before.labels(),
                        before.description(),
                        before.through()));
    }
}
