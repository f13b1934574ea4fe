package dev.lading.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/** All that Lading keeps: a bucket of blobs and a table of records. They outlive their stack, unless it is a trial. */
public final class LadingStorage extends Construct {
    /** As S3BlobStore names objects. */
    private static final List<String> PREFIXES = List.of("blobs", "tails");

    private static final List<String> TABLE_ACTIONS = List.of(
            "dynamodb:ConditionCheckItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem");
    private static final List<String> OBJECT_ACTIONS =
            List.of("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject");

    private final Bucket bucket;
    private final Table table;

    public LadingStorage(Construct scope, String id, LadingOptions options) {
        super(scope, id);
        bucket = Bucket.Builder.create(this, "Blobs")
                .encryption(BucketEncryption.S3_MANAGED)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .enforceSsl(true)
                // An upload's own record is swept after a day; this catches parts whose record never came to be.
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .id("abandoned-uploads")
                        .abortIncompleteMultipartUploadAfter(Duration.days(7))
                        .build()))
                .removalPolicy(options.removal())
                .autoDeleteObjects(options.isTrial())
                .build();
        table = Table.Builder.create(this, "Records")
                .partitionKey(key("pk"))
                .sortKey(key("sk"))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .build())
                // For records that may go by themselves. No upload's: its bytes would never be found again.
                .timeToLiveAttribute("ttl")
                .deletionProtection(!options.isTrial())
                .removalPolicy(options.removal())
                .build();
        Findings.accept(
                bucket,
                "AwsSolutions-S1",
                "They would cost a request for each pull; the API's access log says who was given which URL.");
    }

    public Bucket bucket() {
        return bucket;
    }

    public Table table() {
        return table;
    }

    /** Lets a role do what the services do, and no more: no listing of the bucket, no scan of the table. */
    public void grantReadWrite(IGrantable grantee) {
        allow(grantee, TABLE_ACTIONS, List.of(table.getTableArn()));
        allow(
                grantee,
                OBJECT_ACTIONS,
                PREFIXES.stream()
                        .map(prefix -> bucket.arnForObjects(prefix + "/*"))
                        .toList());
        Findings.acceptMatching(
                (Construct) grantee.getGrantPrincipal(),
                Findings.IAM_WILDCARD,
                "Objects are named by their upload's random key; the prefix is all that is known of them.",
                "/^Resource::.*\\/(blobs|tails)\\/\\*$/");
    }

    /** What a function is told of it. */
    public Map<String, String> environment() {
        return Map.of(
                "LADING_AWS_BUCKET",
                bucket.getBucketName(),
                "LADING_AWS_TABLE",
                table.getTableName(),
                // Left to itself, the SDK sends clients of us-east-1 to the global endpoint.
                "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
                "regional");
    }

    private static void allow(IGrantable grantee, List<String> actions, List<String> resources) {
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(actions)
                        .resources(resources)
                        .build());
    }

    private static Attribute key(String name) {
        return Attribute.builder().name(name).type(AttributeType.STRING).build();
    }
}
