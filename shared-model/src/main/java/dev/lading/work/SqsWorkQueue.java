package dev.lading.work;

import dev.lading.random.Randomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * A FIFO queue of Amazon SQS, whose message groups are the groups of work. Who receives from it, after how many deliveries
 * a message is put aside and where, is the queue's own configuration.
 */
public final class SqsWorkQueue implements WorkQueue {
    /** SQS takes no more at once. */
    private static final int BATCH = 10;

    private final SqsClient sqs;
    private final String url;

    public SqsWorkQueue(SqsClient sqs, String url) {
        this.sqs = sqs;
        this.url = url;
    }

    @Override
    public boolean send(List<Work> work) {
        for (int from = 0; from < work.size(); from += BATCH) {
            sendBatch(work.subList(from, Math.min(from + BATCH, work.size())));
        }
        return true;
    }

    /** For who received a message and could not do what it asks: others need not wait for as long as it may take. */
    public void redeliver(String receiptHandle, Duration pause) {
        sqs.changeMessageVisibility(
                r -> r.queueUrl(url).receiptHandle(receiptHandle).visibilityTimeout((int) pause.toSeconds()));
    }

    /** A batch is not all or nothing. What of it is sent again comes twice, which workers are made for. */
    private void sendBatch(List<Work> batch) {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
        for (Work work : batch) {
            entries.add(SendMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .messageBody(work.body())
                    .messageGroupId(work.group())
                    .messageDeduplicationId(Randomness.uuid().toString())
                    .build());
        }
        var failed = sqs.sendMessageBatch(r -> r.queueUrl(url).entries(entries)).failed();
        if (!failed.isEmpty()) {
            BatchResultErrorEntry first = failed.getFirst();
            throw new IllegalStateException("SQS has not taken " + failed.size() + " of " + batch.size() + " messages: "
                    + first.code() + " " + first.message());
        }
    }
}
