package dev.lading.server;

import dev.lading.embedded.StoredScheduler;
import dev.lading.operation.ScheduledSyncs;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Starts due syncs while the server runs. */
@Singleton
final class Schedules {
    /** Priority after {@link TaskWorkers}, which reads the queue when it starts; due syncs are queued. */
    private static final int AFTER_WORKERS = 3000;

    private final StoredScheduler scheduler;
    private final ScheduledSyncs syncs;
    private final Storage storage;
    private final ServerConfig config;

    Schedules(StoredScheduler scheduler, ScheduledSyncs syncs, Storage storage, ServerConfig config) {
        this.scheduler = scheduler;
        this.syncs = syncs;
        this.storage = storage;
        this.config = config;
    }

    void start(@Observes @Priority(AFTER_WORKERS) StartupEvent event) {
        if (areKept(storage, config)) {
            scheduler.start(syncs);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        scheduler.close();
    }

    /**
     * Whether this server keeps the schedules. On shared storage another service may: EventBridge Scheduler in a
     * deployment.
     */
    static boolean areKept(Storage storage, ServerConfig config) {
        return storage.exclusive() || config.schedules();
    }
}
