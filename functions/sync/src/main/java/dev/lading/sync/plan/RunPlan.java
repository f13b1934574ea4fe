package dev.lading.sync.plan;

import static java.util.function.Predicate.not;

import dev.lading.commit.Staging;
import dev.lading.content.ManifestService;
import dev.lading.curation.StagedContent;
import dev.lading.history.RepositoryView;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.sync.run.SyncPart;
import dev.lading.sync.run.SyncRun;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The content of a run's plan, read from its parts each time. */
final class RunPlan implements StagedContent {
    private final MetadataStore store;
    private final SyncRun run;
    private final boolean mirror;
    private final TagFilter filter;
    private final Losses losses;

    /**
     * @param staged the run's staging area
     * @throws dev.lading.oci.RegistryException.UpstreamFailed if a blob was lost that turned out to be needed
     */
    RunPlan(
            MetadataStore store,
            SyncRun run,
            boolean mirror,
            TagFilter filter,
            RepositoryView staged,
            ManifestService manifests) {
        this.store = store;
        this.run = run;
        this.mirror = mirror;
        this.filter = filter;
        this.losses = Losses.of(store, run, staged, manifests, parts().flatMap(part -> part.manifests().stream()));
        if (losses.areAny()) {
            parts().flatMap(part -> part.tags().stream()).forEach(on -> losses.require(on.tag(), on.manifest()));
            filter.digests().forEach(losses::require);
        }
    }

    private Stream<SyncPart> parts() {
        return SyncPart.of(store, run);
    }

    @Override
    public Staging staging() {
        return run.staging();
    }

    @Override
    public Stream<Digest> manifests() {
        return parts().flatMap(part -> part.manifests().stream()).filter(not(losses::has));
    }

    /** The newest version when planning began; of several planners' the first, which may have seen it alone. */
    @Override
    public Optional<Long> plannedAt() {
        return parts().flatMap(part -> part.plannedAt().stream()).min(Comparator.naturalOrder());
    }

    /** The tags to set; one companion's tag may be found by several processes, and comes once. */
    @Override
    public Stream<TagOn> tags() {
        Set<Tag> seen = new HashSet<>();
        return parts().flatMap(part -> part.tags().stream())
                .filter(on -> !losses.has(on.manifest()) && seen.add(on.tag()));
    }

    @Override
    public boolean isMirror() {
        return mirror;
    }

    @Override
    public Stream<Tag> removedTags() {
        return parts().flatMap(part -> part.removedTags().stream());
    }

    @Override
    public Stream<Digest> removedManifests() {
        return parts().flatMap(part -> part.removedManifests().stream());
    }

    @Override
    public Stream<Digest> kept() {
        return filter.digests().stream();
    }

    /** Companions of a manifest, without those that the filters name, which come and go by themselves. */
    @Override
    public Stream<Tag> companions(Digest manifest) {
        return Companions.of(manifest).filter(tag -> !filter.selects(tag));
    }

    @Override
    public List<Write> fence() {
        return List.of(Write.checkUnchanged(SyncRun.TABLE, run));
    }

    @Override
    public List<Write> atEnd(long version) {
        return List.of(Write.put(SyncPart.Committed.TABLE, new SyncPart.Committed(run.staging(), run.task(), version)));
    }
}
