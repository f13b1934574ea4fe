package dev.lading.server.offline;

import dev.lading.aws.AwsClients;
import dev.lading.cli.api.CommandFailure;
import dev.lading.metadata.DynamoMetadataStore;
import dev.lading.metadata.MetadataStore;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A table in the account, the region and, of an emulator, at the endpoint that the environment names. */
final class DynamoTable {
    private DynamoTable() {}

    /** @throws CommandFailure if the table cannot be used */
    static boolean test(String name, Predicate<MetadataStore> work) {
        try (DynamoDbClient dynamo = AwsClients.dynamoDb(Optional.empty())) {
            return work.test(new DynamoMetadataStore(dynamo, name));
        } catch (SdkException e) {
            throw CommandFailure.noServer("cannot use table '" + name + "': " + e.getMessage()
                    + ". Check the name, AWS_REGION and the credentials");
        }
    }
}
