package dev.lading.sync.copy;

import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.task.ProgressReport;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import dev.lading.task.Tasks;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.http.RateLimit;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Reach;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Upstream clients of this process, one per task, so that its steps share connections, login and limits. While a client
 * is in use, its task is polled; if that is canceled, here or by another process, its requests are aborted, even while
 * they wait.
 */
public final class Upstreams implements AutoCloseable {
    /** Limit on idle clients, whose tasks may have ended elsewhere. */
    private static final int MAX_IDLE = 16;

    private static final Logger LOG = Logger.getLogger(Upstreams.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final RemoteService remotes;
    private final Tasks tasks;
    private final WaitBudget patience;
    private final Reach reach;
    private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("canceled-syncs").factory(),
            // Work that goes on while the process stops is interrupted by others.
            new ThreadPoolExecutor.DiscardPolicy());

    /** Clients by task, the one used last at the end. Guarded by this. */
    private final Map<TaskId, Shared> open = new LinkedHashMap<>(16, 0.75f, true);

    /** @param patience limits on an upstream's waits; during them, the task is reported to and polled */
    public Upstreams(RemoteService remotes, Tasks tasks, WaitBudget patience, Reach reach) {
        this.remotes = remotes;
        this.tasks = tasks;
        this.patience = patience;
        this.reach = reach;
        watch.setRemoveOnCancelPolicy(true);
    }

    private static final class Shared {
        final Upstream upstream;
        final AtomicBoolean over;
        Optional<Future<?>> watch = Optional.empty();
        int users;
        boolean ended;

        Shared(Upstream upstream, AtomicBoolean over) {
            this.upstream = upstream;
            this.over = over;
        }
    }

    /** The use of a run's client, until it is closed. */
    public final class Lease implements AutoCloseable {
        private final TaskId task;
        private final Shared shared;

        private Lease(TaskId task, Shared shared) {
            this.task = task;
            this.shared = shared;
        }

        public Upstream upstream() {
            return shared.upstream;
        }

        @Override
        public void close() {
            giveBack(task, shared);
        }
    }

    /** @throws dev.lading.oci.RegistryException if the remote is gone or cannot be used */
    public synchronized Lease lease(TaskId task, RemoteId remote) {
        Shared shared = open.computeIfAbsent(task, run -> open(run, remotes.get(remote)));
        if (shared.users++ == 0) {
            shared.watch = Optional.of(watch.scheduleWithFixedDelay(
                    () -> look(task, shared),
                    BETWEEN_LOOKS.toMillis(),
                    BETWEEN_LOOKS.toMillis(),
                    TimeUnit.MILLISECONDS));
        }
        return new Lease(task, shared);
    }

    private void look(TaskId task, Shared shared) {
        try {
            if (tasks.isUnwanted(task)) {
                shared.over.set(true);
                shared.upstream.close();
            }
        } catch (RuntimeException e) {
            LOG.debugf(e, "whether task %s is canceled is looked at again", task);
        }
    }

    private Shared open(TaskId task, Remote remote) {
        var over = new AtomicBoolean();
        Upstream upstream = Upstream.open(
                remote.settings(),
                remotes.secrets(remote),
                new WaitBudget(patience.clock(), length -> sleep(task, over, length), patience.limit()),
                reach);
        return new Shared(upstream, over);
    }

    /** Sleeps while the task runs. */
    private void sleep(TaskId task, AtomicBoolean over, Duration length) throws InterruptedException {
        if (over.get()) {
            tasks.requireWanted(task);
        }
        Duration left = length;
        while (left.compareTo(BETWEEN_LOOKS) > 0) {
            patience.sleeper().sleep(BETWEEN_LOOKS);
            left = left.minus(BETWEEN_LOOKS);
            tasks.requireWanted(task);
            said(task).ifPresent(waiting -> tasks.note(task, waiting));
        }
        patience.sleeper().sleep(left);
    }

    /**
     * The rate limit that a task's upstream reported, or its demand to wait; empty: neither, or no client is open here.
     */
    public synchronized Optional<ProgressReport> said(TaskId task) {
        return Optional.ofNullable(open.get(task))
                .map(shared -> shared.upstream.rateLimit())
                .filter(said -> said.limit().isPresent() || said.waited().isPositive())
                .map(Upstreams::report);
    }

    private static ProgressReport report(RateLimit said) {
        long limit = said.limit().orElse(0);
        long used = Math.max(0, limit - said.remaining().orElse(limit));
        String window = said.window().isPositive() ? " in " + said.window().toSeconds() + " s" : "";
        return new ProgressReport(
                "sync.rate_limit",
                "Requests the upstream allows" + window + "; waited for it "
                        + said.waited().toSeconds() + " s",
                TaskState.RUNNING,
                said.limit().isPresent() ? Optional.of(limit) : Optional.empty(),
                used);
    }

    private synchronized void giveBack(TaskId task, Shared shared) {
        shared.users--;
        if (shared.users == 0) {
            shared.watch.ifPresent(looks -> looks.cancel(false));
        }
        if (shared.over.get()) {
            open.remove(task, shared);
        }
        closeIfOver(task, shared);
        Iterator<Shared> oldest = open.values().iterator();
        while (open.size() > MAX_IDLE && oldest.hasNext()) {
            Shared candidate = oldest.next();
            if (candidate.users == 0) {
                oldest.remove();
                candidate.upstream.close();
            }
        }
    }

    /** Closes a task's client; no step of the task may begin afterwards. */
    public synchronized void ended(TaskId task) {
        Shared shared = open.get(task);
        if (shared != null) {
            shared.ended = true;
            closeIfOver(task, shared);
        }
    }

    private synchronized void closeIfOver(TaskId task, Shared shared) {
        if (shared.ended && shared.users == 0) {
            open.remove(task, shared);
            shared.upstream.close();
        }
    }

    @Override
    public synchronized void close() {
        watch.shutdownNow();
        open.values().forEach(shared -> shared.upstream.close());
        open.clear();
    }
}
