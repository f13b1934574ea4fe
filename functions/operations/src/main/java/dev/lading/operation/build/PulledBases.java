package dev.lading.operation.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.blob.BlobStore;
import dev.lading.build.PulledImage;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import dev.lading.repository.RepositoryService;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The images that a build pulled, by the layers that it may have of them: a builder hands layers back as tars, and those
 * of a base are to be the base's own bytes.
 */
final class PulledBases {
    private static final int MAX_CONFIGURATION = 4 * 1024 * 1024;

    private final List<Base> bases = new ArrayList<>();
    private final Map<Digest, Layer> layers = new HashMap<>();

    /** @param diffIds digests of its layers as tars, from the lowest */
    record Base(PulledImage image, RepositoryView holder, List<Digest> diffIds) {}

    /** @param descriptor as the base has it, but of OCI's type */
    record Layer(RepositoryView holder, Digest digest, ObjectNode descriptor) {}

    PulledBases(List<PulledImage> pulled, RepositoryService repositories, ManifestService manifests, BlobStore blobs)
            throws IOException {
        for (PulledImage image : pulled) {
            Optional<RepositoryView> holder = repositories.find(image.name());
            Optional<ManifestEntry> manifest = holder.flatMap(view -> view.manifest(image.digest()))
                    .filter(entry -> entry.mediaType().isManifest());
            if (manifest.isPresent()) {
                add(image, holder.get(), ParseRoom.JSON.readTree(manifests.body(manifest.get())), blobs);
            }
        }
    }

    private void add(PulledImage image, RepositoryView holder, JsonNode manifest, BlobStore blobs) throws IOException {
        Optional<BlobEntry> configuration = holder.blobInVersion(
                        Digest.parse(manifest.path("config").path("digest").asText()))
                .filter(BlobEntry::isHeld)
                .filter(blob -> blob.sizeBytes() <= MAX_CONFIGURATION);
        if (configuration.isEmpty()) {
            return;
        }
        List<Digest> diffIds = diffIds(configuration.get(), blobs);
        bases.add(new Base(image, holder, diffIds));
        for (int i = 0; i < diffIds.size(); i++) {
            if (manifest.path("layers").path(i) instanceof ObjectNode layer) {
                Digest digest = Digest.parse(layer.path("digest").asText());
                String type = layer.path("mediaType").asText();
                ObjectNode described = layer.deepCopy()
                        .put("mediaType", new MediaType(type).ofOciLayer().value());
                if (holder.blobInVersion(digest).isPresent()) {
                    layers.putIfAbsent(diffIds.get(i), new Layer(holder, digest, described));
                }
            }
        }
    }

    private static List<Digest> diffIds(BlobEntry configuration, BlobStore blobs) throws IOException {
        try (ParseRoom _ = ParseRoom.take((int) configuration.sizeBytes());
                InputStream in = configuration.open(blobs)) {
            List<Digest> digests = new ArrayList<>();
            for (JsonNode each : ParseRoom.JSON.readTree(in).path("rootfs").path("diff_ids")) {
                digests.add(Digest.parse(each.asText()));
            }
            return digests;
        }
    }

    Optional<Layer> layer(Digest diffId) {
        return Optional.ofNullable(layers.get(diffId));
    }

    /** The image that another stands on: the one that has most of its lowest layers; empty: none. */
    Optional<Base> under(List<Digest> diffIds) {
        return bases.stream()
                .filter(base -> !base.diffIds().isEmpty()
                        && base.diffIds().size() <= diffIds.size()
                        && base.diffIds()
                                .equals(diffIds.subList(0, base.diffIds().size())))
                .max((one, other) ->
                        Integer.compare(one.diffIds().size(), other.diffIds().size()));
    }
}
