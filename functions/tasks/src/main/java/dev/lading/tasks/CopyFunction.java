package dev.lading.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import dev.lading.lambda.PullThroughLog;
import dev.lading.sync.BlobCopier;
import dev.lading.sync.demand.DemandedCopies;
import dev.lading.tasks.Messages.Message;
import dev.lading.work.Worker;
import jakarta.inject.Named;

/**
 * Copies the blobs that syncs lack, or that clients wait for, one per message. In one package with {@link TaskFunction},
 * and another function.
 */
@Named("copies")
public final class CopyFunction implements RequestHandler<Messages, Void> {
    private final BlobCopier copier;
    private final DemandedCopies demanded;
    private final PullThroughLog figures;
    private final Queues.Source source;

    CopyFunction(BlobCopier copier, DemandedCopies demanded, PullThroughLog figures, Queues queues) {
        this.copier = copier;
        this.demanded = demanded;
        this.figures = figures;
        this.source = queues.copies();
    }

    @Override
    public Void handleRequest(Messages messages, Context context) {
        try {
            messages.deliver(this::worker, source, context);
        } finally {
            figures.write();
        }
        return null;
    }

    private Worker worker(Message message) {
        return message.work().group().startsWith(DemandedCopies.GROUP) ? demanded : copier;
    }
}
