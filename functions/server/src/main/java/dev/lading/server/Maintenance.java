package dev.lading.server;

import dev.lading.distribution.DistributionService;
import dev.lading.operation.MaintenanceTasks;
import dev.lading.upload.UploadService;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** Periodic tasks of the server. */
@Singleton
final class Maintenance {
    private static final Logger LOG = Logger.getLogger(Maintenance.class);

    private final UploadService uploads;
    private final MaintenanceTasks tasks;
    private final DistributionService distributions;
    private final InstantSource clock;

    Maintenance(UploadService uploads, MaintenanceTasks tasks, DistributionService distributions, InstantSource clock) {
        this.uploads = uploads;
        this.tasks = tasks;
        this.distributions = distributions;
        this.clock = clock;
    }

    /** Starts the daily tasks, with a delay, since the machine is busy right after the start. */
    @Scheduled(every = "24h", delayed = "10m")
    void startDailyTasks() {
        tasks.startDaily(clock.instant());
    }

    /** Before the first push, so that a new registry never has anything to index; older ones have it done daily. */
    void markIfNew(@Observes StartupEvent event) {
        var _ = distributions.isIndexed();
    }

    @Scheduled(every = "${lading.sweep-every:10m}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweepUploads() throws IOException {
        int swept = uploads.sweep();
        if (swept > 0) {
            LOG.infof("swept %d uploads that were not finished in time", swept);
        }
    }
}
