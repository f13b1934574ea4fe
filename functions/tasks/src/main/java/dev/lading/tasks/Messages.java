package dev.lading.tasks;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.tasks.Queues.Source;
import dev.lading.work.SqsWorkQueue;
import dev.lading.work.Work;
import dev.lading.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An SQS event, of a queue or of its dead-letter queue. An exception leaves the message there, to be delivered again.
 *
 * @param messages one, as the stack configures it
 */
public record Messages(@JsonProperty("Records") List<Message> messages) {
    private static final Logger LOG = Logger.getLogger(Messages.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);
    private static final Duration AFTER_THE_END = Duration.ofMinutes(1);

    public Messages {
        messages = messages == null ? List.of() : List.copyOf(messages);
    }

    /**
     * @param attributes set by SQS. Source: "Using Lambda with Amazon SQS", example of a FIFO message
     * @param messageAttributes set by the sender; EventBridge Scheduler and earlier versions send none
     */
    public record Message(
            String body,
            String receiptHandle,
            @JsonProperty("eventSourceARN") String queue,
            Map<String, String> attributes,
            Map<String, Attribute> messageAttributes) {
        public Message {
            messageAttributes = messageAttributes == null ? Map.of() : Map.copyOf(messageAttributes);
        }

        public record Attribute(@Nullable String stringValue) {}

        Work work() {
            Attribute group = messageAttributes().get(SqsWorkQueue.GROUP);
            return new Work(
                    group == null || group.stringValue() == null ? attribute("MessageGroupId") : group.stringValue(),
                    body);
        }

        /** Time of sending, equal in all deliveries. */
        Instant sent() {
            return Instant.ofEpochMilli(Long.parseLong(attribute("SentTimestamp")));
        }

        private String attribute(String name) {
            return Objects.requireNonNull(attributes.get(name), name);
        }
    }

    void deliver(Function<Message, Worker> workers, Source source, Context context) {
        for (Message message : messages) {
            Worker worker = workers.apply(message);
            if (message.queue().equals(source.deadLetters())) {
                LOG.warnf("given up, after the last delivery: %s", message.body());
                worker.deadLetter(message.work());
            } else {
                deliver(message, worker, source.queue(), context);
            }
        }
    }

    private static void deliver(Message message, Worker worker, SqsWorkQueue queue, Context context) {
        try {
            // The queue's timeout leaves time for calls that are throttled. This one was not, and when its process dies
            // nobody should wait for so long.
            Duration left = Duration.ofMillis(context.getRemainingTimeInMillis());
            queue.redeliver(message.receiptHandle(), left.plus(AFTER_THE_END));
            worker.work(message.work());
        } catch (RuntimeException e) {
            queue.redeliver(message.receiptHandle(), RETRY_PAUSE);
            throw e;
        }
    }
}
