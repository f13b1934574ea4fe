package dev.lading.sync.plan;

import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.Tag;
import dev.lading.sync.run.LostBlob;
import dev.lading.sync.run.SyncRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Staged manifests that a run has to drop, since one of their blobs or of their children could not be fetched. */
final class Losses {
    private static final int AT_ONCE = 100;

    /** Lost manifests with the reason. */
    private final Map<Digest, String> manifests;

    private Losses(Map<Digest, String> manifests) {
        this.manifests = manifests;
    }

    /** @param staged manifests that the run wants, from its staging area; read only if a blob was lost */
    static Losses of(
            MetadataStore store, SyncRun run, RepositoryView view, ManifestService service, Stream<Digest> staged) {
        Map<Digest, String> blobs = store.stream(LostBlob.TABLE, LostBlob.all(run.staging(), AT_ONCE))
                .filter(blob -> blob.task().equals(run.task()))
                .collect(Collectors.toMap(LostBlob::digest, LostBlob::why));
        Map<Digest, String> lost = new HashMap<>();
        if (!blobs.isEmpty()) {
            Map<Digest, List<Digest>> indexes = new HashMap<>();
            staged.forEach(digest -> view.manifest(digest).map(service::parsed).ifPresent(manifest -> {
                manifest.blobs().stream()
                        .filter(blobs::containsKey)
                        .findFirst()
                        .ifPresent(blob -> lost.put(digest, blobs.get(blob)));
                note(indexes, digest, manifest);
            }));
            while (spread(indexes, lost)) {}
        }
        return new Losses(lost);
    }

    private static void note(Map<Digest, List<Digest>> indexes, Digest digest, Manifest manifest) {
        if (!manifest.manifests().isEmpty()) {
            indexes.put(digest, List.copyOf(manifest.manifests()));
        }
    }

    /** Marks indexes with a lost child as lost; whether there were new ones. */
    private static boolean spread(Map<Digest, List<Digest>> indexes, Map<Digest, String> lost) {
        int before = lost.size();
        indexes.forEach((index, children) -> children.stream()
                .filter(lost::containsKey)
                .findFirst()
                .ifPresent(child -> lost.putIfAbsent(index, lost.get(child))));
        return lost.size() > before;
    }

    boolean areAny() {
        return !manifests.isEmpty();
    }

    boolean has(Digest manifest) {
        return manifests.containsKey(manifest);
    }

    /** @throws UpstreamFailed if the manifest is lost, except for a companion's tag, which may stay as it is */
    void require(Tag tag, Digest manifest) {
        if (has(manifest) && !Companions.isCompanion(tag)) {
            throw new UpstreamFailed(manifests.get(manifest) + " (wanted for tag " + tag + ")");
        }
    }

    /** @throws UpstreamFailed if the manifest is lost */
    void require(Digest manifest) {
        if (has(manifest)) {
            throw new UpstreamFailed(manifests.get(manifest) + " (wanted for the remote's includes)");
        }
    }
}
