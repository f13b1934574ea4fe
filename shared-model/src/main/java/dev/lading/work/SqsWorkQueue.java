package dev.lading.work;

import dev.lading.random.Randomness;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A FIFO queue of Amazon SQS, whose message groups are the groups of work. Who receives from it, after how many deliveries
 * a message is put aside and where, is the queue's own configuration.
 */
public final class SqsWorkQueue implements WorkQueue {
    private final SqsClient sqs;
    private final String url;

    public SqsWorkQueue(SqsClient sqs, String url) {
        this.sqs = sqs;
        this.url = url;
    }

    @Override
    public boolean send(Work work) {
        sqs.sendMessage(r -> r.queueUrl(url)
                .messageBody(work.body())
                .messageGroupId(work.group())
                .messageDeduplicationId(Randomness.uuid().toString()));
        return true;
    }
}
