package dev.lading.embedded;

import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.Worker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Gatherers;
import org.jboss.logging.Logger;

/**
 * A queue whose work is done by threads of this process. A record stands for each message until it is done, so that the
 * next process resumes it: only one process at a time may use the records under a name.
 */
public final class StoredWorkQueue implements WorkQueue, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StoredWorkQueue.class);
    private static final int PAGE = 1000;

    private final MetadataStore store;
    private final String name;
    private final InstantSource clock;
    private final int maxWaiting;
    private final Duration retryPause;
    private final Duration stopPatience;
    private final ScheduledThreadPoolExecutor threads;

    /** Messages by group, behind the one being worked on. A group that is not here is idle. */
    private final Map<String, Deque<Stored>> busyGroups = new HashMap<>();

    private final AtomicLong lastNumber = new AtomicLong();
    private int waiting;
    private Worker worker = work -> {
        throw new IllegalStateException("this queue is not started");
    };

    /**
     * @param name of the queue in the records
     * @param threads number of messages worked on at the same time
     * @param maxWaiting limit on messages that are not done yet
     * @param retryPause before a message that the worker threw on is delivered again
     * @param stopPatience how long {@link #close} waits for work under way
     */
    public StoredWorkQueue(
            MetadataStore store,
            String name,
            InstantSource clock,
            int threads,
            int maxWaiting,
            Duration retryPause,
            Duration stopPatience) {
        this.store = store;
        this.name = name;
        this.clock = clock;
        this.maxWaiting = maxWaiting;
        this.retryPause = retryPause;
        this.stopPatience = stopPatience;
        this.threads = new ScheduledThreadPoolExecutor(
                threads, Thread.ofPlatform().name("work-", 0).daemon().factory());
        this.threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.threads.setKeepAliveTime(10, TimeUnit.SECONDS);
        this.threads.allowCoreThreadTimeOut(true);
    }

    /**
     * A message that is not done.
     *
     * @param number in the order of sending
     */
    record Stored(String queue, long number, String group, String body) {
        static final Table<Stored> TABLE =
                new Table<>("work", Stored.class, w -> new Key(w.queue(), "%020d".formatted(w.number())));

        Work work() {
            return new Work(group, body);
        }
    }

    /** Begins to deliver, first what earlier processes left. */
    public synchronized void start(Worker newWorker) {
        worker = newWorker;
        store.stream(Stored.TABLE, Query.ascending(name, "0", "~", PAGE)).forEach(stored -> {
            lastNumber.accumulateAndGet(stored.number(), Math::max);
            deliver(stored);
        });
    }

    @Override
    public boolean send(List<Work> work) {
        for (int from = 0; from < work.size(); from += MetadataStore.MAX_WRITES) {
            List<Work> batch = work.subList(from, Math.min(from + MetadataStore.MAX_WRITES, work.size()));
            if (!hasRoomFor(batch.size())) {
                return false;
            }
            take(batch);
        }
        return true;
    }

    @Override
    public void sendAgain(List<Work> work) {
        work.stream().gather(Gatherers.windowFixed(MetadataStore.MAX_WRITES)).forEach(this::take);
    }

    private void take(List<Work> batch) {
        List<Stored> stored = batch.stream().map(this::number).toList();
        store.write(stored.stream().map(each -> Write.put(Stored.TABLE, each)).toList());
        stored.forEach(this::deliver);
    }

    private synchronized boolean hasRoomFor(int more) {
        return waiting + more <= maxWaiting;
    }

    private Stored number(Work work) {
        long micros = TimeUnit.MILLISECONDS.toMicros(clock.millis());
        long number = lastNumber.updateAndGet(last -> Math.max(last + 1, micros));
        return new Stored(name, number, work.group(), work.body());
    }

    private synchronized void deliver(Stored stored) {
        waiting++;
        Deque<Stored> behind = busyGroups.get(stored.group());
        if (behind == null) {
            busyGroups.put(stored.group(), new ArrayDeque<>());
            schedule(stored, 1, Duration.ZERO);
        } else {
            behind.add(stored);
        }
    }

    private void schedule(Stored stored, int delivery, Duration pause) {
        try {
            var _ = threads.schedule(() -> work(stored, delivery), pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debugf("stopping; the next start goes on with %s", stored);
        }
    }

    private void work(Stored stored, int delivery) {
        try {
            worker.work(stored.work());
            forget(stored);
            next(stored.group());
        } catch (RuntimeException | Error e) {
            if (threads.isShutdown()) {
                LOG.debugf(e, "stopping; the next start goes on with %s", stored);
            } else if (delivery < MAX_DELIVERIES) {
                LOG.warnf(e, "work %d of %s failed and is tried again", stored.number(), stored.group());
                schedule(stored, delivery + 1, retryPause);
            } else {
                LOG.errorf(e, "work %d of %s failed %d times", stored.number(), stored.group(), delivery);
                deadLetter(stored);
                next(stored.group());
            }
        }
    }

    private void deadLetter(Stored stored) {
        try {
            worker.deadLetter(stored.work());
            forget(stored);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "nobody was told of it; the next start tries work %d again", stored.number());
        }
    }

    /** Deletes a message, unsynced: delivery is at least once. */
    private void forget(Stored stored) {
        store.writeUnsynced(List.of(Write.delete(Stored.TABLE, stored)));
    }

    private synchronized void next(String group) {
        waiting--;
        Stored first = Objects.requireNonNull(busyGroups.get(group)).poll();
        if (first == null) {
            busyGroups.remove(group);
        } else {
            schedule(first, 1, Duration.ZERO);
        }
    }

    /** Waits a bounded time for work under way. The rest waits for the next start. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(stopPatience.toMillis(), TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
