package dev.lading.sync;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.account.PrincipalId;
import dev.lading.account.UserService;
import dev.lading.audit.Acting;
import dev.lading.content.ListedBlobs;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughs;
import dev.lading.grant.GrantService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.RecordJson;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.secret.SecretStore;
import dev.lading.secret.StoredKeySeal;
import dev.lading.sync.copy.CopyQueue;
import dev.lading.sync.copy.Upstreams;
import dev.lading.sync.demand.DemandedBlobs;
import dev.lading.sync.demand.DemandedCopies;
import dev.lading.sync.demand.PulledThrough;
import dev.lading.sync.demand.QueuedBlobs;
import dev.lading.sync.demand.RemoteClients;
import dev.lading.sync.demand.ThroughNames;
import dev.lading.sync.plan.Linking;
import dev.lading.sync.plan.Planner;
import dev.lading.sync.run.SyncLimits;
import dev.lading.sync.run.SyncRequest;
import dev.lading.sync.run.SyncRuns;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRequest;
import dev.lading.task.TaskRunner;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import dev.lading.testing.Accounts;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Registry;
import dev.lading.testing.Remotes;
import dev.lading.testing.ServiceContract;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** A registry that syncs from a {@link FaultyUpstream}. Its queues are lists, delivered from by hand. */
public abstract class SyncFixture extends ServiceContract {
    protected static final RepositoryName OTHER = new RepositoryName("team/other");
    protected static final int SLICE_BYTES = 50_000;

    /** Size of the largest blob that a function fetches itself. */
    protected static final int FITS = 1_000;

    protected static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Longer than all repeats of a request, whose pauses move the clock while an answer is waited for. */
    protected static final Duration HELD_WAITS = Duration.ofHours(1);

    protected static final Duration LONG_WAIT = Duration.ofMinutes(5);

    protected final FaultyUpstream upstream = FaultyUpstream.start();
    private final Deque<Work> taskQueue = new ConcurrentLinkedDeque<>();
    private final Deque<Work> copyQueue = new ConcurrentLinkedDeque<>();
    private final List<SyncProcess> processes = new ArrayList<>();
    private SyncProcess process;
    private int created;
    protected Runnable whileSleeping = () -> {};
    protected BooleanSupplier roomForCopies = () -> true;

    /** How long a pull waits for a queued copy, in real time. */
    protected Duration queuedWaits = LONG_WAIT;

    @AfterEach
    void close() {
        processes.forEach(each -> {
            each.upstreams.close();
            each.demanded.close();
            each.queued.close();
            each.through.close();
            each.clients.close();
        });
        upstream.close();
    }

    /** All services of one process. */
    protected final class SyncProcess {
        final Registry registry;
        final RemoteService remotes;
        final UserService users;
        final GrantService grants;
        final Tasks tasks;
        final TaskRunner runner;
        final SyncRuns runs;
        final Upstreams upstreams;
        final BlobCopier copier;
        final PullThroughCounts counts = new PullThroughCounts(clock);
        final RemoteClients clients;
        final DemandedBlobs demanded;
        final QueuedBlobs queued;
        final DemandedCopies demandedCopies;
        final PullThroughService pullThroughs;
        final PulledThrough through;

        SyncProcess(MetadataStore store, SyncLimits limits) {
            registry = newRegistry(store);
            remotes = new RemoteService(store, new StoredKeySeal(new NoSecrets()), clock);
            tasks = new Tasks(store, taskQueue::addAll, clock, Acting.NOBODY);
            runs = new SyncRuns(store, clock, tasks);
            upstreams = new Upstreams(
                    remotes, tasks, new WaitBudget(clock, SyncFixture.this::sleep, limits.patience()), Reach.ANY);
            CopyQueue copies = new CopyQueue(work -> roomForCopies.getAsBoolean() && copyQueue.addAll(work));
            var accounts = new Accounts(store, clock);
            users = accounts.users;
            grants = accounts.grants;
            var linking = new Linking(registry.content, registry.repositories, remotes, accounts.rights);
            var planner = new Planner(
                    store,
                    registry.repositories,
                    registry.versions,
                    registry.manifests,
                    registry.content,
                    registry.uploads,
                    runs,
                    upstreams,
                    copies,
                    linking,
                    limits,
                    clock);
            var sync = new SyncTask(
                    store,
                    registry.repositories,
                    remotes,
                    registry.curation,
                    planner,
                    runs,
                    upstreams,
                    tasks,
                    (repository, version) -> "/versions/" + version + "/");
            runner = new TaskRunner(tasks, clock, List.of(sync));
            copier = new BlobCopier(
                    store, registry.uploads, runs, upstreams, tasks, runner, copies, linking, limits, clock);
            var waits = new WaitBudget(clock, SyncFixture.this::sleep, limits.patience());
            clients = new RemoteClients(remotes, waits, Reach.ANY, counts);
            demanded = new DemandedBlobs(new ListedBlobs(store), registry.uploads, clients, clock);
            queued = new QueuedBlobs(store, registry.uploads, clients, copies.queue(), FITS, () -> queuedWaits, clock);
            demandedCopies = new DemandedCopies(store, registry.uploads, clients, copies.queue(), limits, clock);
            pullThroughs = new PullThroughService(store, new PullThroughs(store, clock), clock);
            through = new PulledThrough(
                    store,
                    registry.repositories,
                    registry.manifests,
                    pullThroughs,
                    new ThroughNames(registry.repositories, remotes),
                    clients,
                    new PulledThrough.Patience(HELD_WAITS, () -> Duration.ofMinutes(1)),
                    clock);
            processes.add(this);
        }
    }

    private static final class NoSecrets implements SecretStore {
        @Override
        public Map<String, String> get(Collection<String> names) {
            return Map.of();
        }

        @Override
        public boolean putIfAbsent(String name, String value) {
            return true;
        }
    }

    /** Takes no time. */
    private void sleep(Duration length) {
        clock.advance(length);
        whileSleeping.run();
    }

    protected static SyncLimits limits() {
        return new SyncLimits(Duration.ofDays(1), Duration.ofDays(1), PATIENCE, 40, SLICE_BYTES);
    }

    protected final SyncProcess process() {
        if (process == null) {
            process = new SyncProcess(metadata(), limits());
        }
        return process;
    }

    /** Replaces the process; messages it had not finished are delivered again. */
    protected final SyncProcess restart(MetadataStore store, SyncLimits limits) {
        process = new SyncProcess(store, limits);
        return process;
    }

    protected final Remotes remote() {
        return Remotes.at(upstream.url());
    }

    /** Creates a remote under a unique name. */
    protected final RemoteId create(Remotes remote) {
        remote.name("remote " + ++created);
        return process().remotes.create(sealing -> remote.settings()).id();
    }

    protected final SyncRequest request(RepositoryName name, Remotes remote) {
        return new SyncRequest(process().registry.repositories.getOrCreate(name), create(remote), false, false, false);
    }

    protected static SyncRequest mirroring(SyncRequest request) {
        return new SyncRequest(request.repository(), request.remote(), true, false, request.signedOnly());
    }

    protected static SyncRequest emptying(SyncRequest request) {
        return new SyncRequest(request.repository(), request.remote(), true, true, request.signedOnly());
    }

    protected static SyncRequest signedOnly(SyncRequest request) {
        return new SyncRequest(request.repository(), request.remote(), request.mirror(), request.mirrorEmpty(), true);
    }

    protected final TaskId start(SyncRequest request) {
        return start(request, Optional.empty());
    }

    /** @param caller the user who asks for it; empty: an administrator */
    protected final TaskId start(SyncRequest request, Optional<PrincipalId> caller) {
        return process()
                .tasks
                .dispatch(new TaskRequest(
                                SyncTask.NAME,
                                RecordJson.write(request),
                                request.repository().toString(),
                                List.of(),
                                "test")
                        .by(caller))
                .id();
    }

    /** Delivers until nothing is queued. */
    protected final void deliver() {
        while (!taskQueue.isEmpty() || !copyQueue.isEmpty()) {
            deliverOne();
        }
    }

    protected final void deliverTask() {
        process().runner.run(TaskId.of(taskQueue.peek().body()));
        taskQueue.poll();
    }

    protected final void deliverCopy() {
        copy(copyQueue.peek());
        copyQueue.poll();
    }

    /** Delivers one message; on an exception it stays queued. */
    private void deliverOne() {
        if (taskQueue.isEmpty()) {
            deliverCopy();
        } else {
            deliverTask();
        }
    }

    private void copy(Work work) {
        for (int delivery = 1; ; delivery++) {
            try {
                copier(work).work(work);
                return;
            } catch (Broken e) {
                if (delivery == WorkQueue.MAX_DELIVERIES) {
                    copier(work).deadLetter(work);
                    return;
                }
            }
        }
    }

    private Worker copier(Work work) {
        return work.group().startsWith(DemandedCopies.GROUP) ? process().demandedCopies : process().copier;
    }

    /** An exception that stands for a store which does not work. */
    protected static final class Broken extends RuntimeException {
        public Broken() {
            super("broken by the test");
        }
    }

    /** Takes the first copy out of the queue. */
    protected final Work takeCopy() {
        return copyQueue.remove();
    }

    protected final void deliverLastCopy() {
        copy(copyQueue.peekLast());
        copyQueue.pollLast();
    }

    /** Delivers all queued copies on several threads. */
    protected final void deliverCopiesAtOnce(int threads) {
        together(threads, thread -> {
            for (Work work = copyQueue.poll(); work != null; work = copyQueue.poll()) {
                process().copier.work(work);
            }
        });
    }

    protected final int copiesWaiting() {
        return copyQueue.size();
    }

    /** Delivers each copy twice, as after a delivery whose end was not recorded. */
    protected final void deliverCopiesTwice() {
        List<Work> again = List.copyOf(copyQueue);
        copyQueue.addAll(again);
    }

    protected final Task task(TaskId id) {
        return process().tasks.get(id);
    }

    /** Runs a sync; returns its ended task. */
    protected final Task sync(SyncRequest request) {
        TaskId id = start(request);
        deliver();
        return task(id);
    }

    protected final Task completed(SyncRequest request) {
        Task task = sync(request);
        assertThat(task.error()).isEmpty();
        assertThat(task.state()).isEqualTo(TaskState.COMPLETED);
        return task;
    }

    protected static long done(Task task, String code) {
        return task.progress().stream()
                .filter(report -> report.code().equals(code))
                .findFirst()
                .orElseThrow()
                .done();
    }

    protected static long total(Task task, String code) {
        return task.progress().stream()
                .filter(report -> report.code().equals(code))
                .findFirst()
                .flatMap(ProgressReport::total)
                .orElseThrow();
    }

    protected final List<String> requests(String part) {
        return upstream.requests().stream().filter(each -> each.contains(part)).toList();
    }

    protected final List<String> tags(RepositoryName name) {
        return process().registry.tags(name);
    }

    protected final RepositoryView view(RepositoryName name) {
        return process().registry.view(name);
    }

    protected final RepositoryId id(RepositoryName name) {
        return view(name).repository();
    }

    /** Reads all that a manifest refers to as a client would, and checks it. */
    protected final void requireWhole(RepositoryName name, Digest manifest) {
        Registry registry = process().registry;
        var entry = registry.manifests.get(registry.pull(name), byDigest(manifest));
        try {
            assertThat(Digest.of(manifest.algorithm(), registry.manifests.body(entry)))
                    .isEqualTo(manifest);
            Manifest parsed = registry.manifests.parsed(entry);
            for (Digest blob : parsed.blobs()) {
                var held = registry.blobs.get(registry.pull(name), blob);
                try (InputStream bytes = registry.blobs.read(held.key().orElseThrow(), 0, held.sizeBytes())) {
                    assertThat(Digest.of(blob.algorithm(), bytes.readAllBytes()))
                            .isEqualTo(blob);
                }
            }
            parsed.manifests().stream()
                    .filter(child -> view(name).manifest(child).isPresent())
                    .forEach(child -> requireWhole(name, child));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An image at the upstream, of the given bytes. */
    protected final Digest image(String note, Stream<byte[]> blobs, String... tags) {
        return upstream.manifest(UpstreamImages.image(blobs.peek(upstream::blob).toList(), note), tags);
    }

    protected final Digest image(String tag, byte[]... blobs) {
        return image(tag, Stream.of(blobs), tag);
    }

    /** Writes from one at which the process dies to the next. */
    protected int betweenDeaths() {
        return 1;
    }
}
