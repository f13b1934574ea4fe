package dev.lading.work;

import dev.lading.random.Randomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * A FIFO queue of Amazon SQS, whose {@link MessageGroups} are shared by the groups of work. Receivers, the number of
 * deliveries and the dead-letter queue are the queue's own configuration.
 */
public final class SqsWorkQueue implements WorkQueue {
    /** Limit of SQS for one request. */
    private static final int BATCH = 10;

    /** The message attribute with the group of work. */
    public static final String GROUP = "group";

    private final SqsClient sqs;
    private final String url;
    private final MessageGroups groups;

    public SqsWorkQueue(SqsClient sqs, String url, MessageGroups groups) {
        this.sqs = sqs;
        this.url = url;
        this.groups = groups;
    }

    @Override
    public boolean send(List<Work> work) {
        for (int from = 0; from < work.size(); from += BATCH) {
            sendBatch(work.subList(from, Math.min(from + BATCH, work.size())));
        }
        return true;
    }

    /** Has a message redelivered after a pause, instead of after the queue's visibility timeout, unless it is done. */
    public void redeliver(String receiptHandle, Duration pause) {
        sqs.changeMessageVisibility(
                r -> r.queueUrl(url).receiptHandle(receiptHandle).visibilityTimeout((int) pause.toSeconds()));
    }

    /** Sends a batch, which is not all or nothing. A retry delivers some of it twice, which workers allow for. */
    private void sendBatch(List<Work> batch) {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
        for (Work work : batch) {
            entries.add(SendMessageBatchRequestEntry.builder()
                    .id(String.valueOf(entries.size()))
                    .messageBody(work.body())
                    .messageGroupId(groups.of(work.group()))
                    .messageAttributes(Map.of(
                            GROUP,
                            MessageAttributeValue.builder()
                                    .dataType("String")
                                    .stringValue(work.group())
                                    .build()))
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
