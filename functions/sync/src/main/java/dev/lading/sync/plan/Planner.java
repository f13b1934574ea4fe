package dev.lading.sync.plan;

import static java.util.function.Predicate.not;

import dev.lading.account.PrincipalId;
import dev.lading.content.ContentService;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.OriginUse;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Companions;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.UpstreamFailed;
import dev.lading.oci.Tag;
import dev.lading.remote.Remote;
import dev.lading.remote.RemotePolicy;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.copy.Upstreams;
import dev.lading.sync.run.LeftOut;
import dev.lading.sync.run.SyncFigures;
import dev.lading.sync.run.SyncLimits;
import dev.lading.sync.run.SyncPart;
import dev.lading.sync.run.SyncRequest;
import dev.lading.sync.run.SyncRun;
import dev.lading.sync.run.SyncRuns;
import dev.lading.task.TaskRun;
import dev.lading.upload.UploadService;
import dev.lading.upstream.Upstream;
import dev.lading.work.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Compares an upstream with a repository. Tags are visited in order, a chunk at a time; progress is stored after each
 * chunk, so that another process can resume. It holds all tag names in memory, and the digest of each manifest and blob
 * that it takes: about 1 KB per tag.
 */
public final class Planner {
    private static final int MAX_TAGS = 500_000;
    private static final int MAX_LANES = 100;
    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(500);

    private final MetadataStore store;
    private final RepositoryService repositories;
    private final VersionService versions;
    private final ManifestService manifests;
    private final ContentService content;
    private final UploadService uploads;
    private final SyncRuns runs;
    private final Upstreams upstreams;
    private final WorkQueue copies;
    private final Linking linking;
    private final SyncLimits limits;
    private final InstantSource clock;

    public Planner(
            MetadataStore store,
            RepositoryService repositories,
            VersionService versions,
            ManifestService manifests,
            ContentService content,
            UploadService uploads,
            SyncRuns runs,
            Upstreams upstreams,
            CopyQueue copies,
            Linking linking,
            SyncLimits limits,
            InstantSource clock) {
        this.store = store;
        this.repositories = repositories;
        this.versions = versions;
        this.manifests = manifests;
        this.content = content;
        this.uploads = uploads;
        this.runs = runs;
        this.upstreams = upstreams;
        this.copies = copies.queue();
        this.linking = linking;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Plans a run, or resumes its planning.
     *
     * @param caller who asked for it; empty: an administrator
     * @return the run; its planning is not complete if time ran out
     */
    public SyncRun plan(
            SyncRequest request,
            SyncRun run,
            Remote remote,
            Upstream upstream,
            TaskRun task,
            Optional<PrincipalId> caller) {
        int lanes = Math.min(upstream.concurrency(), MAX_LANES);
        String url = remote.settings().url().text();
        boolean strict = remote.settings().strict();
        var intake = new StagingWriter(
                store,
                repositories,
                manifests,
                uploads,
                runs,
                copies,
                clock,
                run,
                task,
                url,
                strict,
                lanes,
                linking.of(request.repository(), request.remote(), caller),
                remote.settings().policy() == RemotePolicy.IMMEDIATE
                        ? Optional.empty()
                        : Optional.of(
                                new BlobOrigin(remote.id(), remote.settings().upstreamName())));
        return new Plan(request, remote, upstream, task, intake, lanes).make();
    }

    /** The content of a planned run whose blobs are fetched. */
    public RunPlan arrival(SyncRequest request, SyncRun run, Remote remote, TaskRun task) {
        var filter = new TagFilter(remote.settings(), task::check);
        return new RunPlan(store, run, request.mirror(), filter, repositories.view(run.staging()), manifests);
    }

    /** A plan in progress. */
    private final class Plan {
        private final SyncRequest request;
        private final Upstream upstream;
        private final TaskRun task;
        private final StagingWriter intake;
        private final int atOnce;
        private final TagFilter filter;
        private final Omissions omissions;
        private final RepositoryView newest;
        private final Optional<NavigableSet<String>> names;
        private final List<Tag> wanted;
        private final Map<Tag, Digest> heldTags;
        private final ManifestWalk harvest;
        private final Instant end = clock.instant().plus(limits.planning());
        private Instant reported = Instant.EPOCH;

        /** The number of tags that other processes have visited. */
        private long before;

        Plan(SyncRequest request, Remote remote, Upstream upstream, TaskRun task, StagingWriter intake, int atOnce) {
            this.request = request;
            this.upstream = upstream;
            this.task = task;
            this.intake = intake;
            this.atOnce = atOnce;
            this.filter = new TagFilter(remote.settings(), task::check);
            this.newest = versions.newest(request.repository());
            SyncRun run = intake.run();
            boolean begun = run.planning().cursor().isPresent();
            this.omissions = new Omissions(
                    remote.settings().strict(),
                    upstream.toString(),
                    begun ? run.figures().leftOut() : LeftOut.NONE);
            Optional<List<Tag>> exactly = filter.exactly();
            this.names = exactly.isPresent() ? Optional.empty() : Optional.of(names(!begun));
            this.wanted = exactly.orElseGet(this::selected);
            this.heldTags = names.isPresent() ? heldTags() : Map.of();
            Function<Tag, Optional<Digest>> held =
                    names.isPresent() ? tag -> Optional.ofNullable(heldTags.get(tag)) : newest::tag;
            this.harvest = new ManifestWalk(
                    upstream,
                    remote.settings(),
                    filter,
                    request,
                    newest,
                    manifests,
                    content,
                    intake,
                    omissions,
                    held,
                    names,
                    completes(remote));
        }

        /** Whether earlier syncs may have listed blobs that are to be fetched now. */
        private boolean completes(Remote remote) {
            return remote.settings().policy() == RemotePolicy.IMMEDIATE
                    && store.get(OriginUse.TABLE, OriginUse.key(remote.id(), request.repository()))
                            .isPresent();
        }

        /** @param first whether invalid tag names were not noted before */
        private NavigableSet<String> names(boolean first) {
            NavigableSet<String> all = new TreeSet<>();
            Consumer<String> none = first ? this::leaveOut : name -> {};
            for (Iterator<Tag> each = upstream.tags(none).iterator(); each.hasNext(); ) {
                all.add(each.next().value());
                task.check();
                if (all.size() > MAX_TAGS) {
                    throw new UpstreamFailed(upstream + " has more than " + MAX_TAGS
                            + " tags; name those that are wanted in the remote's includes, without wildcards");
                }
            }
            return all;
        }

        private void leaveOut(String name) {
            if (filter.selects(name)) {
                String shown = name.replaceAll("\\p{Cntrl}", "?");
                omissions.add("'" + shown + "'", "it is in the list of tags, and cannot be one");
            }
        }

        private List<Tag> selected() {
            return names.orElseThrow().stream()
                    .map(Tag::new)
                    .filter(filter::selects)
                    .filter(tag -> !request.signedOnly() || !Companions.isCompanion(tag))
                    .toList();
        }

        private Map<Tag, Digest> heldTags() {
            Map<Tag, Digest> held = new HashMap<>();
            newest.stream(TagEntry.TABLE)
                    .forEach(entry -> held.put(entry.tag(), entry.digest().orElseThrow()));
            return held;
        }

        SyncRun make() {
            Optional<String> cursor = intake.run().planning().cursor();
            List<Tag> rest = cursor.isEmpty()
                    ? wanted
                    : wanted.stream()
                            .filter(tag -> tag.value().compareTo(cursor.get()) > 0)
                            .toList();
            before = (long) wanted.size() - rest.size();
            for (int from = 0; from < rest.size(); from += limits.chunkTags()) {
                List<Tag> chunk = rest.subList(from, Math.min(from + limits.chunkTags(), rest.size()));
                chunk.forEach(harvest::wantTag);
                gather();
                store(Optional.of(chunk.getLast().value()), false);
                boolean isLast = from + limits.chunkTags() >= rest.size();
                if (!isLast && clock.instant().isAfter(end)) {
                    return intake.run();
                }
            }
            filter.digests().forEach(harvest::wantManifest);
            gather();
            if (request.mirror() && names.isPresent()) {
                removeTags();
            }
            if (request.mirror() && !request.mirrorEmpty()) {
                requireRest();
            }
            store(Optional.empty(), true);
            return intake.run();
        }

        private void gather() {
            harvest.gather(atOnce, this::tick);
            intake.flush();
        }

        private void tick() {
            Instant now = clock.instant();
            if (!now.isBefore(reported.plus(BETWEEN_REPORTS))) {
                reported = now;
                report();
            }
        }

        private void report() {
            intake.report(figures());
            upstreams.said(task.task()).ifPresent(task::report);
        }

        private SyncFigures figures() {
            return SyncFigures.looked(
                    before + harvest.tags(), wanted.size(), harvest.manifests(), harvest.absent(), omissions.all());
        }

        /** Removes tags that the upstream no longer has and the filters name. */
        private void removeTags() {
            heldTags.keySet().stream()
                    .filter(tag -> filter.selects(tag) && !names.orElseThrow().contains(tag.value()))
                    .forEach(harvest.findings()::remove);
        }

        /** Fails if the list is suddenly empty, or has none of the present tags: rather a fault than intended. */
        private void requireRest() {
            List<Tag> held = names.isPresent()
                    ? heldTags.keySet().stream().filter(filter::selects).toList()
                    : wanted.stream().filter(tag -> newest.tag(tag).isPresent()).toList();
            Set<Tag> rest = held.stream().filter(not(Companions::isCompanion)).collect(Collectors.toSet());
            if (rest.isEmpty()
                    || !filter.digests().isEmpty()
                    || harvest.findings().setsTags()) {
                return;
            }
            rest.removeAll(harvest.findings().removedTags());
            boolean sets = false;
            // Stored before, perhaps by another process.
            for (SyncPart part : SyncPart.of(store, intake.run()).toList()) {
                rest.removeAll(part.removedTags());
                sets |= part.setsTags();
            }
            if (rest.isEmpty() && !sets) {
                throw new UpstreamFailed(upstream + " has none of the tags that the remote names any more"
                        + (names.filter(Set::isEmpty).isPresent() ? ": its list has no tag" : "")
                        + ". A mirror of it would lose all " + held.size()
                        + " that are held; if that is right, sync with mirror_empty");
            }
        }

        /** Stores progress if there is something for another process or the commit to read. */
        private void store(Optional<String> cursor, boolean complete) {
            SyncRun.Planning before = intake.run().planning();
            List<SyncPart> parts =
                    harvest.findings().part(intake.run().staging(), before.parts()).split(limits.chunkTags()).stream()
                            .map(part -> part.plannedAt(newest.version()))
                            .toList();
            var planning = new SyncRun.Planning(cursor.or(before::cursor), before.parts() + parts.size(), complete);
            if (!planning.equals(before)) {
                intake.planned(planning, figures(), parts);
            }
        }
    }
}
