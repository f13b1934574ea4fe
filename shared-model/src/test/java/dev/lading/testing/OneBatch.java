package dev.lading.testing;

import static dev.lading.testing.Registry.byTag;

import dev.lading.oci.RepositoryName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/** A process whose commits into one repository wait for each other in a known order, to be written as one batch. */
public final class OneBatch {
    /** The number of the write that is held back; the next is the batch's. */
    private static final int HELD_BACK = 1;

    private static final int OF_THE_BATCH = 2;

    private static final String COMMITS = "dev.lading.commit.GroupCommit";

    private final WatchedMetadataStore store;
    private final Registry process;
    private final byte[] first;
    private Runnable before = () -> {};

    /** @param process which works with the store and is not used otherwise meanwhile */
    public OneBatch(WatchedMetadataStore store, Registry process) {
        this.store = store;
        this.process = process;
        this.first = Images.index(List.of(), "first");
    }

    /** The manifest that is held back, which is also its tag. */
    public byte[] first() {
        return first;
    }

    /** Runs other writers once the batch is decided and before it is written. */
    public OneBatch before(Runnable others) {
        before = others;
        return this;
    }

    /**
     * Holds back a commit until all wait behind it in this order.
     *
     * @return their results or failures
     */
    public List<Object> run(RepositoryName name, List<? extends Callable<?>> all) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        store.restart().beforeWrite(write -> {
            if (write == HELD_BACK) {
                awaitUninterruptibly(go);
            } else if (write == OF_THE_BATCH) {
                before.run();
            }
        });
        FutureTask<Object> holding = new FutureTask<>(() -> process.push(name, byTag("first"), first));
        awaitTurn(Thread.ofPlatform().start(holding));
        List<FutureTask<Object>> tasks = new ArrayList<>();
        for (Callable<?> each : all) {
            FutureTask<Object> task = new FutureTask<>(() -> outcome(each));
            awaitTurn(Thread.ofPlatform().start(task));
            tasks.add(task);
        }
        go.countDown();
        holding.get();
        List<Object> outcomes = new ArrayList<>();
        for (FutureTask<Object> task : tasks) {
            outcomes.add(task.get());
        }
        store.beforeWrite(write -> {});
        return outcomes;
    }

    /** A call's result, or the exception it throws. */
    public static Object outcome(Callable<?> call) throws Exception {
        try {
            return call.call();
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static void awaitTurn(Thread thread) {
        while (thread.getState() != Thread.State.TERMINATED && !isParkedInCommit(thread)) {
            Thread.onSpinWait();
        }
    }

    /** Whether a thread waits for a commit; other waits, as for a connection, pass. */
    private static boolean isParkedInCommit(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(COMMITS));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
