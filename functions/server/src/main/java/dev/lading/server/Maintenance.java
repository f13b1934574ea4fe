package dev.lading.server;

import dev.lading.upload.UploadService;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.jboss.logging.Logger;

/** What has to be done now and then. */
@Singleton
final class Maintenance {
    private static final Logger LOG = Logger.getLogger(Maintenance.class);

    private final UploadService uploads;

    Maintenance(UploadService uploads) {
        this.uploads = uploads;
    }

    @Scheduled(every = "${lading.sweep-every:10m}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweepUploads() throws IOException {
        int swept = uploads.sweep();
        if (swept > 0) {
            LOG.infof("swept %d uploads that were not finished in time", swept);
        }
    }
}
