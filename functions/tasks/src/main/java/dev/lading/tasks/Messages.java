package dev.lading.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.work.SqsWorkQueue;
import dev.lading.work.Work;
import dev.lading.work.WorkQueue;
import dev.lading.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * An SQS event. An exception leaves the message in the queue, which delivers it again.
 *
 * @param messages one, as the stack configures it
 */
public record Messages(@JsonProperty("Records") List<Message> messages) {
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);

    public Messages {
        messages = messages == null ? List.of() : List.copyOf(messages);
    }

    /** @param attributes set by SQS. Source: "Using Lambda with Amazon SQS", example of a FIFO message */
    public record Message(String body, String receiptHandle, Map<String, String> attributes) {
        private Work work() {
            return new Work(attribute("MessageGroupId"), body);
        }

        /** Time of sending, equal in all deliveries. */
        Instant sent() {
            return Instant.ofEpochMilli(Long.parseLong(attribute("SentTimestamp")));
        }

        private int deliveries() {
            return Integer.parseInt(attribute("ApproximateReceiveCount"));
        }

        private String attribute(String name) {
            return Objects.requireNonNull(attributes.get(name), name);
        }
    }

    /** Leaves a message to the dead-letter queue after its last delivery, whatever the outcome of that. */
    static final class DeadLetter extends RuntimeException {
        DeadLetter(String body) {
            super("dead letter: " + body);
        }
    }

    void deliver(Function<Message, Worker> workers, SqsWorkQueue queue) {
        for (Message message : messages) {
            Worker worker = workers.apply(message);
            // By then the last attempt may have ended without a word, with its process.
            if (message.deliveries() > WorkQueue.MAX_DELIVERIES) {
                worker.deadLetter(message.work());
                queue.redeliver(message.receiptHandle(), Duration.ZERO);
                throw new DeadLetter(message.body());
            }
            try {
                worker.work(message.work());
            } catch (RuntimeException e) {
                queue.redeliver(message.receiptHandle(), RETRY_PAUSE);
                throw e;
            }
        }
    }
}
