package dev.lading.maintenance;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.lading.upload.UploadService;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jboss.logging.Logger;

/** Periodic maintenance, whatever the event says. Idempotent, and may be interrupted and repeated. */
@Named("maintenance")
public final class MaintenanceHandler implements RequestHandler<Map<String, Object>, MaintenanceHandler.Outcome> {
    private static final Logger LOG = Logger.getLogger(MaintenanceHandler.class);

    private final UploadService uploads;

    MaintenanceHandler(UploadService uploads) {
        this.uploads = uploads;
    }

    /** @param sweptUploads that were not finished in time */
    public record Outcome(int sweptUploads) {}

    @Override
    public Outcome handleRequest(Map<String, Object> event, Context context) {
        try {
            int swept = uploads.sweep();
            LOG.infof("swept %d uploads that were not finished in time", swept);
            return new Outcome(swept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
