package dev.lading.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.lading.sync.BlobCopier;
import jakarta.inject.Named;

/**
 * Copies the blobs that syncs lack, one per message. In one package with {@link TaskFunction}, and another function.
 */
@Named("copies")
public final class CopyFunction implements RequestHandler<Messages, Void> {
    private final BlobCopier copier;
    private final Queues.Source source;

    CopyFunction(BlobCopier copier, Queues queues) {
        this.copier = copier;
        this.source = queues.copies();
    }

    @Override
    public Void handleRequest(Messages messages, Context context) {
        messages.deliver(message -> copier, source, context);
        return null;
    }
}
