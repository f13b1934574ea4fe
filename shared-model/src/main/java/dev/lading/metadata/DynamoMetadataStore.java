package dev.lading.metadata;

import static java.util.stream.Collectors.toCollection;

import dev.lading.oci.RegistryException.StoreBusy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverterProvider;
import software.amazon.awssdk.enhanced.dynamodb.AttributeValueType;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.TableMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;
import software.amazon.awssdk.enhanced.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.enhanced.dynamodb.model.DeleteItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.PutItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.ReadBatch;
import software.amazon.awssdk.enhanced.dynamodb.model.TransactDeleteItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.TransactPutItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.TransactWriteItemsEnhancedRequest;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** All tables in one DynamoDB table with the string keys {@value #PARTITION} and {@value #SORT}. */
public final class DynamoMetadataStore implements MetadataStore {
    public static final String PARTITION = "pk";
    public static final String SORT = "sk";

    private static final String REVISION = "revision";
    private static final int ATTEMPTS = 8;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Expression IS_ABSENT = Expression.builder()
            .expression("attribute_not_exists(" + PARTITION + ")")
            .build();

    private static final Expression IS_PRESENT = Expression.builder()
            .expression("attribute_exists(" + PARTITION + ")")
            .build();

    private final DynamoDbEnhancedClient client;
    private final DynamoDbTable<EnhancedDocument> items;

    public DynamoMetadataStore(DynamoDbClient client, String tableName) {
        this.client = DynamoDbEnhancedClient.builder()
                .dynamoDbClient(client)
                // None of its extensions: revisions are the records' own.
                .extensions(List.of())
                .build();
        this.items = this.client.table(
                tableName,
                TableSchema.documentSchemaBuilder()
                        .addIndexPartitionKey(TableMetadata.primaryIndexName(), PARTITION, AttributeValueType.S)
                        .addIndexSortKey(TableMetadata.primaryIndexName(), SORT, AttributeValueType.S)
                        .attributeConverterProviders(AttributeConverterProvider.defaultProvider())
                        .build());
    }

    /**
     * The retry strategy of clients for this store. It leaves out transactions that conflict: the SDK's retries pause
     * for seconds, and all threads share few of them.
     */
    public static RetryStrategy retries() {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(ATTEMPTS)
                .build();
    }

    /** Creates the table, on-demand, if it is absent. For emulators and tests; on AWS the CDK app makes it. */
    public void createIfAbsent(DynamoDbClient dynamo) {
        try {
            items.createTable(r -> {});
            dynamo.waiter().waitUntilTableExists(r -> r.tableName(items.tableName()));
        } catch (ResourceInUseException exists) {
            // Another process made it first.
        }
    }

    @Override
    public <R> Optional<R> get(Table<R> table, Key key) {
        EnhancedDocument item = DynamoPatience.unlessThrottled(
                () -> items.getItem(r -> r.key(itemKey(table, key)).consistentRead(true)));
        return Optional.ofNullable(item).map(i -> decode(table, i));
    }

    @Override
    public <R> List<R> getAll(Table<R> table, List<Key> keys) {
        Map<Key, R> found = new HashMap<>();
        List<software.amazon.awssdk.enhanced.dynamodb.Key> left =
                keys.stream().map(key -> itemKey(table, key)).toList();
        // DynamoDB answers 16 MB at once, and says what it left out.
        for (int asked = 0; !left.isEmpty(); asked++) {
            if (asked == ATTEMPTS) {
                throw new StoreBusy("DynamoDB answers only a part of what is read", RETRY_AFTER);
            }
            ReadBatch.Builder<EnhancedDocument> batch =
                    ReadBatch.builder(EnhancedDocument.class).mappedTableResource(items);
            left.forEach(key -> batch.addGetItem(r -> r.key(key).consistentRead(true)));
            var page = DynamoPatience.unlessThrottled(() -> client.batchGetItem(r -> r.readBatches(batch.build()))
                    .iterator()
                    .next());
            page.resultsForTable(items).forEach(item -> {
                R record = decode(table, item);
                found.put(table.keyOf().apply(record), record);
            });
            left = page.unprocessedKeysForTable(items);
        }
        return keys.stream().flatMap(key -> Stream.ofNullable(found.get(key))).toList();
    }

    @Override
    public <R> Page<R> query(Table<R> table, Query query) {
        String partition = table.physicalPartition(query.partition());
        QueryEnhancedRequest.Builder request = QueryEnhancedRequest.builder()
                .queryConditional(QueryConditional.sortBetween(
                        k -> k.partitionValue(partition).sortValue(query.from()),
                        k -> k.partitionValue(partition).sortValue(query.to())))
                .scanIndexForward(!query.descending())
                .limit(query.limit())
                .consistentRead(true);
        query.after()
                .ifPresent(after -> request.exclusiveStartKey(
                        Map.of(PARTITION, AttributeValue.fromS(partition), SORT, AttributeValue.fromS(after))));
        var page = DynamoPatience.unlessThrottled(
                () -> items.query(request.build()).iterator().next());
        List<R> records = page.items().stream().map(i -> decode(table, i)).collect(toCollection(ArrayList::new));
        return new Page<>(
                records,
                Optional.ofNullable(page.lastEvaluatedKey())
                        .map(last -> last.get(SORT))
                        .map(AttributeValue::s));
    }

    @Override
    public boolean write(List<Write> writes) {
        return writes.isEmpty() || DynamoPatience.unlessThrottled(() -> apply(writes));
    }

    /**
     * Applies the writes, and retries while the transaction conflicts with others, since it was not applied then: soon
     * its conditions hold, or do not.
     */
    private boolean apply(List<Write> writes) {
        var patience = new DynamoPatience();
        while (true) {
            try {
                if (writes.size() == 1) {
                    writeOne(writes.getFirst());
                } else {
                    client.transactWriteItems(transaction(writes));
                }
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            } catch (TransactionConflictException e) {
                patience.pause(e);
            } catch (TransactionCanceledException e) {
                if (hasReason(e, "ConditionalCheckFailed")) {
                    return false;
                }
                patience.pause(e);
            }
        }
    }

    private void writeOne(Write write) {
        switch (write) {
            case Write.Put<?> put ->
                items.putItem(PutItemEnhancedRequest.builder(EnhancedDocument.class)
                        .item(encode(put))
                        .conditionExpression(expression(put.condition()))
                        .build());
            case Write.Delete delete ->
                items.deleteItem(DeleteItemEnhancedRequest.builder()
                        .key(itemKey(delete.table(), delete.key()))
                        .conditionExpression(expression(delete.condition()))
                        .build());
            case Write.Check check -> client.transactWriteItems(r -> r.addConditionCheck(items, conditionCheck(check)));
        }
    }

    private TransactWriteItemsEnhancedRequest transaction(List<Write> writes) {
        var request = TransactWriteItemsEnhancedRequest.builder();
        for (Write write : writes) {
            switch (write) {
                case Write.Put<?> put ->
                    request.addPutItem(
                            items,
                            TransactPutItemEnhancedRequest.builder(EnhancedDocument.class)
                                    .item(encode(put))
                                    .conditionExpression(expression(put.condition()))
                                    .build());
                case Write.Delete delete ->
                    request.addDeleteItem(
                            items,
                            TransactDeleteItemEnhancedRequest.builder()
                                    .key(itemKey(delete.table(), delete.key()))
                                    .conditionExpression(expression(delete.condition()))
                                    .build());
                case Write.Check check -> request.addConditionCheck(items, conditionCheck(check));
            }
        }
        return request.build();
    }

    private static ConditionCheck<EnhancedDocument> conditionCheck(Write.Check check) {
        return ConditionCheck.builder()
                .key(itemKey(check.table(), check.key()))
                .conditionExpression(expression(check.condition()))
                .build();
    }

    private static @Nullable Expression expression(Condition condition) {
        return switch (condition) {
            case Condition.Anything anything -> null;
            case Condition.Absent absent -> IS_ABSENT;
            case Condition.Present present -> IS_PRESENT;
            case Condition.AtRevision at ->
                Expression.builder()
                        .expression(REVISION + " = :" + REVISION)
                        .putExpressionValue(":" + REVISION, AttributeValue.fromN(Long.toString(at.revision())))
                        .build();
        };
    }

    private static software.amazon.awssdk.enhanced.dynamodb.Key itemKey(Table<?> table, Key key) {
        return software.amazon.awssdk.enhanced.dynamodb.Key.builder()
                .partitionValue(table.physicalPartition(key.partition()))
                .sortValue(key.sort())
                .build();
    }

    private static EnhancedDocument encode(Write.Put<?> put) {
        return EnhancedDocument.fromJson(RecordJson.write(put.record())).toBuilder()
                .putString(PARTITION, put.table().physicalPartition(put.key().partition()))
                .putString(SORT, put.key().sort())
                .build();
    }

    private static <R> R decode(Table<R> table, EnhancedDocument item) {
        return RecordJson.read(table, item.toJson());
    }

    private static boolean hasReason(TransactionCanceledException e, String code) {
        return e.cancellationReasons().stream().anyMatch(reason -> code.equals(reason.code()));
    }
}
