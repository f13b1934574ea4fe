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
 * A FIFO queue from the functions that send work to the one that does it, and its dead-letter queue, from which the same
 * function learns what was given up. How much is worked on at once is up to the senders, who choose message groups: a
 * limit on the event source would keep its pollers from scaling in while the queue is idle.
 */
public final class FifoQueue extends Construct {
    /** Deliveries that a throttled function could not take count, too. */
    private static final int MAX_DELIVERIES = 10;

    /** Source: AWS Lambda, "Creating and configuring an Amazon SQS event source mapping". SQS takes up to 12 hours. */
    private static final int TIMEOUTS = 6;

    private final Queue queue;
    private final Queue dead;

    /** @param worked timeout of the function that receives */
    public FifoQueue(Construct scope, String id, Duration worked) {
        super(scope, id);
        dead = Queue.Builder.create(this, "Dead")
                .fifo(true)
                .retentionPeriod(Duration.days(14))
                .visibilityTimeout(worked.plus(Duration.minutes(1)))
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .build();
        queue = Queue.Builder.create(this, "Queue")
                .fifo(true)
                // EventBridge Scheduler sends to no other. The functions give each message an id of its own.
                .contentBasedDeduplication(true)
                .retentionPeriod(Duration.days(14))
                .visibilityTimeout(
                        Duration.seconds(TIMEOUTS * worked.toSeconds().intValue()))
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

    /** Delivers one message per call, since it may take all of the function's time, and what was given up. */
    public void deliverTo(LadingFunction function) {
        for (Queue each : List.of(queue, dead)) {
            function.alias()
                    .addEventSource(
                            SqsEventSource.Builder.create(each).batchSize(1).build());
        }
    }

    public void grantSend(IGrantable sender) {
        sender.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("sqs:SendMessage"))
                        .resources(List.of(queue.getQueueArn()))
                        .build());
    }

    /** Environment of functions that send to the queue or receive from it. */
    public Map<String, String> environment(String variable) {
        return Map.of(variable, queue.getQueueUrl(), variable + "_DEAD_LETTERS", dead.getQueueArn());
    }
}
