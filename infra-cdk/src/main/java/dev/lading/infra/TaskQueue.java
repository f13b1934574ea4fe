package dev.lading.infra;

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
 * A FIFO queue from the functions that ask for tasks to the one that does them. What was delivered three times in vain, as
 * {@code WorkQueue} has it, lies in the dead-letter queue for two weeks.
 */
final class TaskQueue extends Construct {
    private static final int MAX_DELIVERIES = 3;

    private final Queue queue;
    private final Queue dead;

    /** @param worked how long the function that receives may take */
    TaskQueue(Construct scope, String id, Duration worked) {
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

    Queue queue() {
        return queue;
    }

    Queue dead() {
        return dead;
    }

    /** One at a time: a task may take all of the function's time. */
    void deliverTo(LadingFunction function) {
        function.alias()
                .addEventSource(
                        SqsEventSource.Builder.create(queue).batchSize(1).build());
    }

    void grantSend(IGrantable sender) {
        sender.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("sqs:SendMessage"))
                        .resources(List.of(queue.getQueueArn()))
                        .build());
    }

    /** What a function that sends is told of it. */
    Map<String, String> environment() {
        return Map.of("LADING_AWS_QUEUE", queue.getQueueUrl());
    }
}
