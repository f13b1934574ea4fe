package dev.lading.declared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.blob.BlobRecord;
import dev.lading.blob.BlobStore;
import dev.lading.commit.Progress;
import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.curation.CurationService;
import dev.lading.history.RepositoryView;
import dev.lading.history.RepositoryView.HeldBlob;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryContent;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.OptimisticRetry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.repository.VersionService;
import dev.lading.upload.Chunk;
import dev.lading.upload.Upload;
import dev.lading.upload.UploadService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Makes images as they are declared: one layer with the files, and for each platform of the base a configuration and a
 * manifest. The base's layers are linked, and not read. All of it is seen at once, as one version.
 */
public final class DeclaredImages {
    /** When the clean-up takes what was staged for given up. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final int MAX_CONFIGURATION = 4 * 1024 * 1024;
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String CONFIGURATION = "application/vnd.oci.image.config.v1+json";
    private static final String DOCKER_CONFIGURATION = "application/vnd.docker.container.image.v1+json";

    /** Docker's names of layers, and those of OCI for the same bytes. */
    private static final Map<String, String> OCI_LAYERS = Map.of(
            "application/vnd.docker.image.rootfs.diff.tar",
            LAYER,
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            LAYER + "+gzip",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");

    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

    private final MetadataStore store;
    private final VersionService versions;
    private final ManifestService manifests;
    private final UploadService uploads;
    private final BlobStore blobs;
    private final CurationService curation;
    private final InstantSource clock;

    public DeclaredImages(
            MetadataStore store,
            VersionService versions,
            ManifestService manifests,
            UploadService uploads,
            BlobStore blobs,
            CurationService curation,
            InstantSource clock) {
        this.store = store;
        this.versions = versions;
        this.manifests = manifests;
        this.uploads = uploads;
        this.blobs = blobs;
        this.curation = curation;
        this.clock = clock;
    }

    /**
     * Makes an image, or finds that it is there.
     *
     * @return the version that has it
     * @throws FieldInvalid if it cannot be made as declared
     */
    public long make(Declaration declared, Progress progress) throws IOException {
        DeclaredFile.requireApart(declared.files());
        var staging = Staging.begin(clock.instant());
        store.write(staging.letGo(clock.instant().plus(KEPT)));
        try {
            Digest image = new Making(declared, staging).image();
            return curation.take(declared.repository(), new StagedImage(staging, image, declared.tags()), progress);
        } finally {
            store.write(staging.letGo(clock.instant()));
        }
    }

    /** One image on its way. */
    private final class Making {
        private final Declaration declared;
        private final Staging staging;
        private final RepositoryView base;
        private final List<DeclaredLayer.Stored> files;

        /** Layers by what differs between the bases: when they were made. */
        private final Map<Instant, BlobRecord> layers = new HashMap<>();

        Making(Declaration declared, Staging staging) {
            this.declared = declared;
            this.staging = staging;
            this.base = versions.view(declared.base(), declared.baseVersion());
            RepositoryView newest = versions.newest(declared.repository());
            this.files = declared.files().stream()
                    .map(file -> new DeclaredLayer.Stored(file, held(newest, file)))
                    .toList();
        }

        private static BlobEntry held(RepositoryView newest, DeclaredFile file) {
            return newest.blob(file.digest())
                    .map(HeldBlob::entry)
                    .filter(BlobEntry::isHeld)
                    .orElseThrow(() -> new FieldInvalid(
                            "files",
                            "The repository has no blob " + file.digest() + " of '" + file.path()
                                    + "'; push it first."));
        }

        Digest image() throws IOException {
            ManifestEntry entry = base.manifest(declared.baseManifest())
                    .orElseThrow(() -> new FieldInvalid(
                            "base", "The base's version has no manifest " + declared.baseManifest() + "."));
            if (entry.mediaType().isIndex()) {
                return index(entry);
            }
            if (declared.platforms().isPresent()) {
                throw new FieldInvalid("platforms", "The base is an image of one platform, and no index.");
            }
            return manifest(entry).digest();
        }

        private Digest index(ManifestEntry entry) throws IOException {
            Set<String> wanted = new LinkedHashSet<>(declared.platforms().orElse(Set.of()));
            Set<String> there = new TreeSet<>();
            ObjectNode index = document(MediaType.OCI_INDEX);
            ArrayNode listed = index.putArray("manifests");
            for (JsonNode child : ParseRoom.JSON.readTree(manifests.body(entry)).path("manifests")) {
                Optional<String> platform = platform(child);
                platform.ifPresent(there::add);
                if (platform.isEmpty() || (declared.platforms().isPresent() && !wanted.remove(platform.get()))) {
                    continue;
                }
                Digest digest = Digest.parse(child.path("digest").asText());
                ManifestEntry image = base.manifest(digest)
                        .orElseThrow(() -> new FieldInvalid(
                                "platforms",
                                "The base's image for " + platform.get() + " is not here; mirror or push it first."));
                if (!image.mediaType().isManifest()) {
                    throw new FieldInvalid("base", "The base is an index that lists an index.");
                }
                ObjectNode made = listed.addObject();
                manifest(image).describe(made);
                made.set("platform", child.path("platform"));
            }
            if (!wanted.isEmpty()) {
                throw new FieldInvalid(
                        "platforms",
                        "The base has no image for " + String.join(", ", new TreeSet<>(wanted)) + "; it has "
                                + String.join(", ", there) + ".");
            }
            if (listed.isEmpty()) {
                throw new FieldInvalid("base", "The base is an index without images of a platform.");
            }
            return stage(index, MediaType.OCI_INDEX).digest();
        }

        /** What runs an image; empty: it is an attestation, or something else that runs nowhere. */
        private static Optional<String> platform(JsonNode child) {
            JsonNode platform = child.path("platform");
            String os = platform.path("os").asText();
            String architecture = platform.path("architecture").asText();
            String variant = platform.path("variant").asText();
            return os.isEmpty() || os.equals("unknown") || architecture.isEmpty()
                    ? Optional.empty()
                    : Optional.of(os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant));
        }

        private Staged manifest(ManifestEntry entry) throws IOException {
            ObjectNode document = (ObjectNode) ParseRoom.JSON.readTree(manifests.body(entry));
            var configuration = configuration(document, entry);
            Instant created = declared.created().orElseGet(configuration::created);
            ObjectNode made = document(MediaType.OCI_MANIFEST);
            ObjectNode described = made.putObject("config");
            ArrayNode layers = made.putArray("layers");
            document.path("layers").forEach(layer -> layers.add(oci((ObjectNode) layer)));
            if (!declared.files().isEmpty()) {
                BlobRecord layer = layer(created);
                new Staged(LAYER, layer.digest(), layer.sizeBytes()).describe(layers.addObject());
                configuration.addLayer(layer.digest(), created, declared.files().size());
            }
            configuration.set(declared.run(), created);
            byte[] bytes = configuration.bytes();
            Digest digest = Digest.of(Digest.SHA256, bytes);
            finish(
                    uploads.begin(),
                    new Chunk(OptionalLong.empty(), OptionalLong.of(bytes.length), new ByteArrayInputStream(bytes)),
                    digest);
            new Staged(CONFIGURATION, digest, bytes.length).describe(described);
            made.putObject("annotations").put(BASE_DIGEST, entry.digest().toString());
            link(manifests.parsed(entry));
            return stage(made, MediaType.OCI_MANIFEST);
        }

        private ImageConfiguration configuration(ObjectNode document, ManifestEntry entry) throws IOException {
            String type = document.path("config").path("mediaType").asText();
            if (!type.equals(CONFIGURATION) && !type.equals(DOCKER_CONFIGURATION)) {
                throw new FieldInvalid(
                        "base", "The base " + entry.digest() + " is no image that runs, but " + type + ".");
            }
            Digest digest = Digest.parse(document.path("config").path("digest").asText());
            BlobEntry blob = base.blobInVersion(digest)
                    .filter(BlobEntry::isHeld)
                    .orElseThrow(() -> new FieldInvalid(
                            "base",
                            "The configuration of the base " + entry.digest()
                                    + " was not fetched yet; pull the base, or repair" + " its version."));
            if (blob.sizeBytes() > MAX_CONFIGURATION) {
                throw new FieldInvalid("base", "The configuration of the base is larger than 4 MiB.");
            }
            try (InputStream bytes = blobs.read(blob.key().orElseThrow(), 0, blob.sizeBytes())) {
                return new ImageConfiguration(bytes.readAllBytes());
            }
        }

        private static ObjectNode oci(ObjectNode layer) {
            String type = layer.path("mediaType").asText();
            return layer.deepCopy().put("mediaType", OCI_LAYERS.getOrDefault(type, type));
        }

        private static ObjectNode document(MediaType type) {
            return ParseRoom.JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", type.value());
        }

        private BlobRecord layer(Instant created) throws IOException {
            BlobRecord there = layers.get(created);
            if (there == null) {
                there = upload(new DeclaredLayer(files, blobs, created).open());
                layers.put(created, there);
            }
            return there;
        }

        /** Stores what nobody knows the digest of before it was read. */
        private BlobRecord upload(InputStream content) throws IOException {
            Upload upload = uploads.begin();
            MessageDigest hash = Digest.hasher(Digest.SHA256);
            try (var hashed = new DigestInputStream(content, hash)) {
                uploads.append(upload.key(), new Chunk(OptionalLong.empty(), OptionalLong.empty(), hashed));
            }
            Digest digest = Digest.finish(Digest.SHA256, hash.digest());
            finish(upload, Chunk.EMPTY, digest);
            return uploads.kept(digest);
        }

        private void finish(Upload upload, Chunk rest, Digest digest) throws IOException {
            uploads.finish(upload.key(), rest, digest, bytes -> staging.blob(bytes, clock.instant()));
        }

        /** Links what the base's image holds: the bytes, or where they can be had. */
        private void link(Manifest image) {
            image.blobs().stream()
                    .flatMap(digest -> base.blobInVersion(digest).stream())
                    .forEach(blob -> write(() -> {
                        List<Write> writes = new ArrayList<>();
                        writes.add(blob.copyTo(staging.id(), 0).put());
                        blob.unit()
                                .ifPresent(
                                        unit -> writes.add(RepositoryContent.put(unit, staging.id(), clock.instant())));
                        if (blob.isHeld()) {
                            writes.add(uploads.kept(blob.digest()).use());
                        }
                        return writes;
                    }));
        }

        private Staged stage(ObjectNode document, MediaType type) {
            byte[] body = ImageConfiguration.bytes(document);
            Digest digest = Digest.of(Digest.SHA256, body);
            Manifest manifest = Manifest.parse(body, Optional.of(type));
            write(() -> {
                try {
                    return manifests.stage(staging, digest, manifest, body);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return new Staged(type.value(), digest, body.length);
        }

        private void write(Supplier<List<Write>> writes) {
            var _ = OptimisticRetry.until(
                    clock, () -> store.writeUnsynced(writes.get()) ? Optional.of(true) : Optional.empty());
        }
    }

    /** Content that is stored, as a descriptor has it. */
    private record Staged(String mediaType, Digest digest, long sizeBytes) {
        void describe(ObjectNode descriptor) {
            descriptor
                    .put("mediaType", mediaType)
                    .put("digest", digest.toString())
                    .put("size", sizeBytes);
        }
    }
}
