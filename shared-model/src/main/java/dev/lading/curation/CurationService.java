package dev.lading.curation;

import dev.lading.commit.BulkChange.Plan;
import dev.lading.commit.Progress;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.content.Removal;
import dev.lading.history.Changes;
import dev.lading.history.Difference;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.Content;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.Tag;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Administrators' changes to repositories. Every action makes one version, visible as a whole, or none if there is
 * nothing to change; it returns the version that holds the outcome, and costs in proportion to what it changes.
 */
public final class CurationService {
    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ContentService content;
    private final ManifestService manifests;
    private final InstantSource clock;

    public CurationService(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ManifestService manifests,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.content = content;
        this.manifests = manifests;
        this.clock = clock;
    }

    /** @throws FieldInvalid if the newest version lacks the manifest */
    public long tag(RepositoryId repository, Tag tag, Digest digest) {
        return repositories.commit(repository, newest -> {
            if (newest.manifest(digest).isEmpty()) {
                throw new FieldInvalid("digest", "The newest version has no manifest " + digest + ".");
            }
            return new Changes().tag(newest, tag, digest, clock.instant());
        });
    }

    /** @throws FieldInvalid if the newest version lacks the tag */
    public long untag(RepositoryId repository, Tag tag) {
        return repositories.commit(repository, newest -> {
            TagEntry entry = newest.tagEntry(tag)
                    .orElseThrow(() -> new FieldInvalid("tag", "The newest version has no tag " + tag + "."));
            return new Changes().add(entry.removedAt(newest.nextVersion()));
        });
    }

    /**
     * Copies tags with all they need. Tags of the same names are moved.
     *
     * @param names which; empty: all
     * @throws EntityUnknown if there is no such source version
     */
    public long copyTags(
            RepositoryId source, long version, Optional<Set<Tag>> names, RepositoryId target, Progress progress) {
        return copy(
                source,
                version,
                target,
                progress,
                (from, copy) -> names.<Stream<TagEntry>>map(
                                some -> some.stream().flatMap(name -> from.tagEntry(name).stream()))
                        .orElseGet(() -> from.stream(TagEntry.TABLE))
                        .flatMap(tag -> copy.tag(from, tag)));
    }

    /**
     * Copies manifests with all they need.
     *
     * @param digests which; empty: all
     * @param mediaTypes of which types; empty: all types
     * @throws EntityUnknown if there is no such source version
     */
    public long copyManifests(
            RepositoryId source,
            long version,
            Optional<Set<Digest>> digests,
            Optional<Set<MediaType>> mediaTypes,
            RepositoryId target,
            Progress progress) {
        Predicate<ManifestEntry> wanted =
                manifest -> mediaTypes.isEmpty() || mediaTypes.get().contains(manifest.mediaType());
        return copy(
                source,
                version,
                target,
                progress,
                (from, copy) -> digests.<Stream<ManifestEntry>>map(
                                some -> some.stream().flatMap(digest -> from.manifest(digest).stream()))
                        .orElseGet(() -> from.stream(ManifestEntry.TABLE))
                        .filter(wanted)
                        .flatMap(manifest -> copy.manifest(from, manifest)));
    }

    @FunctionalInterface
    private interface Selection {
        Stream<Changes> steps(RepositoryView from, Copy copy);
    }

    private long copy(RepositoryId source, long version, RepositoryId target, Progress progress, Selection selection) {
        return repositories.rewrite(
                target,
                newest -> {
                    SourceVersion from = source(source, version);
                    var copy = new Copy(manifests, newest, clock.instant());
                    return Plan.of(selection.steps(from.view(), copy).iterator())
                            .fenced(List.of(from.fence()));
                },
                progress);
    }

    private SourceVersion source(RepositoryId repository, long version) {
        return new SourceVersion(versions.get(repository, version), versions.view(repository, version));
    }

    /**
     * Adds content with all it needs: a tag its manifest, a manifest its manifests, config and layers.
     *
     * @param readable repositories to take it from
     * @throws FieldInvalid if a unit is in no version any more
     */
    public long add(
            RepositoryId repository, List<ContentUnit> units, Predicate<RepositoryId> readable, Progress progress) {
        return repositories.rewrite(
                repository,
                newest -> {
                    Instant now = clock.instant();
                    var addition =
                            new Addition(content, versions, new Copy(manifests, newest, now), newest, readable, now);
                    List<Changes> steps = addition.steps(units);
                    return Plan.of(steps.iterator()).fenced(addition.fence()).total(steps.size());
                },
                progress);
    }

    /**
     * Removes content and all that only it needed: with a tag its manifest, with a manifest its manifests, config and
     * layers. What a tag, an index or an image that stays needs is kept.
     */
    public long remove(RepositoryId repository, List<ContentUnit> units, Progress progress) {
        return repositories.rewrite(
                repository,
                newest -> {
                    var removal = new Removal(newest, manifests, clock.instant());
                    removal.recursively(units);
                    List<Changes> steps = removal.steps();
                    return Plan.of(steps.iterator()).total(steps.size());
                },
                progress);
    }

    /**
     * Commits staged content. Content that the plan relied on and that was removed meanwhile is recovered.
     *
     * @throws EntityUnknown if that is in no version of the repository any more
     */
    public long take(RepositoryId repository, StagedContent arrival, Progress progress) {
        return repositories.rewrite(
                repository,
                newest -> {
                    var recovery = new Recovery(versions, newest, arrival.plannedAt());
                    RepositoryView staged = repositories.view(arrival.staging());
                    var landing = new Landing(arrival, staged, newest, recovery, manifests, clock.instant());
                    return Plan.of(landing.steps().iterator())
                            .fenced(arrival.fence())
                            .noted(arrival.note())
                            .atEnd(version -> version > newest.version() ? arrival.atEnd(version) : List.of());
                },
                progress);
    }

    /** Removes all content. */
    public long clear(RepositoryId repository, Progress progress) {
        Instant now = clock.instant();
        return repositories.rewrite(
                repository,
                newest -> Plan.of(Content.inTables(newest::stream)
                        .map(row -> new Changes().remove(row, newest, now))
                        .iterator()),
                progress);
    }

    /**
     * Restores the content of one of a repository's versions. Costs what was changed since.
     *
     * @throws EntityUnknown if there is no such version
     */
    public long restore(RepositoryId repository, long version, Optional<VersionNote> note, Progress progress) {
        return restore(repository, version, note, OptionalLong.empty(), progress);
    }

    /**
     * As the other, for somebody who was shown what changes.
     *
     * @param shown the repository's newest version then
     * @throws FieldInvalid if it has another by now, from which something else changes
     */
    public long restore(
            RepositoryId repository, long version, Optional<VersionNote> note, OptionalLong shown, Progress progress) {
        return repositories.rewrite(
                repository,
                newest -> {
                    SourceVersion from = source(repository, version);
                    var copy = new Copy(manifests, newest, clock.instant());
                    Stream<Changes> steps = versions.differences(repository, newest.version(), version)
                            .flatMap(copy::apply);
                    return Plan.of(asShown(steps.iterator(), shown, newest))
                            .fenced(List.of(from.fence()))
                            .from(version)
                            .noted(note);
                },
                progress);
    }

    /**
     * Makes a repository hold exactly the content of another's version. Costs what either side changed since the last
     * promotion between them; the first one, or one after a version of the last was deleted, costs the size of both.
     *
     * @throws EntityUnknown if there is no such version
     */
    public long promote(
            RepositoryId source, long version, RepositoryId target, Optional<VersionNote> note, Progress progress) {
        return promote(source, version, target, note, OptionalLong.empty(), progress);
    }

    /**
     * As the other, for somebody who was shown what changes.
     *
     * @param shown the target's newest version then
     * @throws FieldInvalid if it has another by now, from which something else changes
     */
    public long promote(
            RepositoryId source,
            long version,
            RepositoryId target,
            Optional<VersionNote> note,
            OptionalLong shown,
            Progress progress) {
        if (source.equals(target)) {
            throw new FieldInvalid("source_repository", "A repository is promoted into another; restore within one.");
        }
        return repositories.rewrite(
                target,
                newest -> {
                    SourceVersion from = source(source, version);
                    var copy = new Copy(manifests, newest, clock.instant());
                    Stream<Difference> differences = lastPromotion(source, target)
                            .map(last -> new LogDiff(versions, last, from.view(), newest).differences())
                            .orElseGet(() -> new FullDiff(from.view(), newest).differences());
                    Stream<Changes> steps = differences.flatMap(copy::apply);
                    return Plan.of(asShown(steps.iterator(), shown, newest))
                            .fenced(List.of(from.fence()))
                            .noted(note)
                            .atEnd(made ->
                                    List.of(Write.put(Promotion.TABLE, new Promotion(source, target, version, made))));
                },
                progress);
    }

    /** Where nothing is left to change, it was done as shown, perhaps by an earlier run of the same task. */
    private static Iterator<Changes> asShown(Iterator<Changes> steps, OptionalLong shown, RepositoryView newest) {
        if (shown.isPresent() && shown.getAsLong() != newest.version() && steps.hasNext()) {
            throw new FieldInvalid(
                    "version",
                    "The repository has version " + newest.version() + " by now; what changes was shown from version "
                            + shown.getAsLong() + ".");
        }
        return steps;
    }

    /**
     * Differences between two versions of any repositories. Within one repository it costs what was changed between
     * them, else the size of both.
     *
     * @throws EntityUnknown if there is no such version
     */
    public Stream<Difference> differences(RepositoryId from, long fromVersion, RepositoryId to, long toVersion) {
        return from.equals(to)
                ? versions.differences(from, fromVersion, toVersion)
                : new FullDiff(versions.view(to, toVersion), versions.view(from, fromVersion)).differences();
    }

    /** The last promotion, if both its versions are still there, so that the logs since are whole. */
    private Optional<Promotion> lastPromotion(RepositoryId source, RepositoryId target) {
        return store.get(Promotion.TABLE, Promotion.key(source, target))
                .filter(last -> versions.find(source, last.sourceVersion()).isPresent()
                        && versions.find(target, last.targetVersion()).isPresent());
    }
}
