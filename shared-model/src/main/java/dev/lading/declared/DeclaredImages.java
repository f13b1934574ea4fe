package dev.lading.declared;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.blob.BlobStore;
import dev.lading.commit.Progress;
import dev.lading.content.ManifestService;
import dev.lading.curation.StagedContent.TagOn;
import dev.lading.curation.StagingArea;
import dev.lading.curation.StagingService;
import dev.lading.history.RepositoryView;
import dev.lading.history.RepositoryView.HeldBlob;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.repository.VersionService;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes images as they are declared: one layer with the files, and for each platform of the base a configuration and a
 * manifest. The base's layers are linked, and not read. All of it is seen at once, as one version.
 */
public final class DeclaredImages {
    private static final int MAX_CONFIGURATION = 4 * 1024 * 1024;
    private static final String DOCKER_CONFIGURATION = "application/vnd.docker.container.image.v1+json";

    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

    private final VersionService versions;
    private final ManifestService manifests;
    private final BlobStore blobs;
    private final StagingService stagings;

    public DeclaredImages(
            VersionService versions, ManifestService manifests, BlobStore blobs, StagingService stagings) {
        this.versions = versions;
        this.manifests = manifests;
        this.blobs = blobs;
        this.stagings = stagings;
    }

    /**
     * Makes an image, or finds that it is there.
     *
     * @return the version that has it
     * @throws FieldInvalid if it cannot be made as declared
     */
    public long make(Declaration declared, Progress progress) throws IOException {
        DeclaredFile.requireApart(declared.files());
        try (StagingArea staging = stagings.begin()) {
            Digest image = new Making(declared, staging).image();
            Set<TagOn> tags =
                    declared.tags().stream().map(tag -> new TagOn(tag, image)).collect(Collectors.toSet());
            return staging.commit(declared.repository(), List.of(image), tags, progress);
        }
    }

    /** One image on its way. */
    private final class Making {
        private final Declaration declared;
        private final StagingArea staging;
        private final RepositoryView base;
        private final List<DeclaredLayer.Stored> files;

        /** Layers by what differs between the bases: when they were made. */
        private final Map<Instant, Descriptor> layers = new HashMap<>();

        Making(Declaration declared, StagingArea staging) {
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
                manifest(image).writeTo(made);
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

        private Descriptor manifest(ManifestEntry entry) throws IOException {
            ObjectNode document = (ObjectNode) ParseRoom.JSON.readTree(manifests.body(entry));
            var configuration = configuration(document, entry);
            Instant created = declared.created().orElseGet(configuration::created);
            ObjectNode made = document(MediaType.OCI_MANIFEST);
            ObjectNode described = made.putObject("config");
            ArrayNode layers = made.putArray("layers");
            document.path("layers").forEach(layer -> layers.add(oci((ObjectNode) layer)));
            if (!declared.files().isEmpty()) {
                Descriptor layer = layer(created);
                layer.writeTo(layers.addObject());
                configuration.addLayer(layer.digest(), created, declared.files().size());
            }
            configuration.set(declared.run(), created);
            staging.blob(MediaType.OCI_CONFIGURATION, configuration.bytes()).writeTo(described);
            made.putObject("annotations").put(BASE_DIGEST, entry.digest().toString());
            staging.link(base, manifests.parsed(entry).blobs());
            return stage(made, MediaType.OCI_MANIFEST);
        }

        private ImageConfiguration configuration(ObjectNode document, ManifestEntry entry) throws IOException {
            String type = document.path("config").path("mediaType").asText();
            if (!type.equals(MediaType.OCI_CONFIGURATION.value()) && !type.equals(DOCKER_CONFIGURATION)) {
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
            try (InputStream bytes = blob.open(blobs)) {
                return new ImageConfiguration(bytes.readAllBytes());
            }
        }

        private static ObjectNode oci(ObjectNode layer) {
            String type = layer.path("mediaType").asText();
            return layer.deepCopy()
                    .put("mediaType", new MediaType(type).ofOciLayer().value());
        }

        private static ObjectNode document(MediaType type) {
            return ParseRoom.JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", type.value());
        }

        private Descriptor layer(Instant created) throws IOException {
            Descriptor there = layers.get(created);
            if (there == null) {
                there = staging.blob(MediaType.OCI_LAYER, new DeclaredLayer(files, blobs, created).open());
                layers.put(created, there);
            }
            return there;
        }

        private Descriptor stage(ObjectNode document, MediaType type) {
            return staging.manifest(type, ImageConfiguration.bytes(document));
        }
    }
}
