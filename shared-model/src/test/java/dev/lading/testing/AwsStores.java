package dev.lading.testing;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;

/** DynamoDB and S3: a table and a bucket for each test. */
public final class AwsStores extends OwnStores {
    @Override
    protected Stores open(Path folder, ExtensionContext test) {
        String bucket = SharedAws.newBucket();
        return new Stores(SharedAws.newMetadataStore(), () -> SharedAws.blobStore(bucket, folder));
    }
}
