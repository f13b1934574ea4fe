package dev.lading.services;

import dev.lading.content.ThroughManifests;
import dev.lading.history.Pull;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.oci.Reference.ByDigest;
import dev.lading.oci.Reference.ByTag;
import dev.lading.oci.RegistryException.ManifestUnknown;
import dev.lading.oci.Tag;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Serves of pull-through distributions what is held, and asks no upstream: functions on AWS do not, for now. */
final class HeldOnly implements ThroughManifests {
    @Override
    public Known known(Pull pull, Reference reference) {
        Optional<ManifestEntry> held = pull.view().flatMap(view -> held(view, reference));
        return held.<Known>map(manifest -> new Served(manifest, Optional.empty()))
                .orElseGet(() -> new ToAsk(held));
    }

    private static Optional<ManifestEntry> held(RepositoryView view, Reference reference) {
        return switch (reference) {
            case ByDigest(Digest digest) -> view.manifest(digest);
            case ByTag(Tag tag) -> view.tag(tag).flatMap(view::manifest);
        };
    }

    @Override
    public CompletionStage<Served> ask(Pull pull, Reference reference, ToAsk known, String principal) {
        return CompletableFuture.failedFuture(new ManifestUnknown(
                pull.name(), reference, "functions ask no upstream; pull it once from a server on the same storage"));
    }

    @Override
    public Optional<CompletionStage<Pull>> referrers(Pull pull, Digest subject, String principal) {
        return Optional.empty();
    }
}
