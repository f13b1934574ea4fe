package dev.lading.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * A FIFO queue from the functions that send work to the one that does it. After three failed deliveries a message is
 * delivered once more, so that the function can report it, and then stays in the dead-letter queue for two weeks.
 */
public final class FifoQueue extends Construct {
    private static final int MAX_DELIVERIES = 3 + 1;

    private final Queue queue;
    private final Queue dead;

    /** @param worked timeout of the function that receives */
    public FifoQueue(Construct scope, String id, Duration worked) {
        super(scope, id);
        dead = Queue.Builder.create(this, "Dead")
                .fifo(true)
                .retentionPeriod(Duration.days(14))
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .build();
        queue = Queue.Builder.create(this, "Queue")
                .fifo(true)
                // EventBridge Scheduler sends to no other. The functions give each message an id of its own.
                .contentBasedDeduplication(true)
                .retentionPeriod(Duration.days(14))
                .visibilityTimeout(worked.plus(Duration.minutes(1)))
                .deadLetterQueue(DeadLetterQueue.builder()
                        .queue(dead)
                        .maxReceiveCount(MAX_DELIVERIES)
                        .build())
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .build();
    }

    public Queue queue() {
        return queue;
    }

    public Queue dead() {
        return dead;
    }

    /**
     * Delivers one message per call, since it may take all of the function's time.
     *
     * @param atOnce concurrent calls, 2 to 1000
     */
    public void deliverTo(LadingFunction function, int atOnce) {
        function.alias()
                .addEventSource(SqsEventSource.Builder.create(queue)
                        .batchSize(1)
                        .maxConcurrency(atOnce)
                        .build());
    }

    public void grantSend(IGrantable sender) {
        sender.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("sqs:SendMessage"))
                        .resources(List.of(queue.getQueueArn()))
                        .build());
    }

    /** Environment of functions that send to the queue. */
    public Map<String, String> environment(String variable) {
        return Map.of(variable, queue.getQueueUrl());
    }
}
