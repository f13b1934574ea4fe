package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import dev.lading.infra.option.LadingOptions.Alarming;
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
import software.amazon.awscdk.services.s3.BucketMetrics;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/**
 * Lading's persistent storage: a bucket of blobs and a table of records. They outlive their stack, unless it is a
 * trial.
 */
public final class LadingStorage extends Construct {
    /** Id of the request metrics, which are paid for, and there only if egress is watched. */
    public static final String EGRESS = "Egress";

    /** Prefixes of S3BlobStore's object names. */
    private static final String BLOBS = "blobs";

    private static final String TAILS = "tails";
    private static final List<String> PREFIXES = List.of(BLOBS, TAILS);

    /** The prefix of S3BundleStore's objects that exporters write. */
    private static final String EXPORTS = "exports";

    /** The prefix of those that importers read, which administrators put there. */
    private static final String IMPORTS = "imports";

    /** How far back the table can be restored; the most that DynamoDB has. */
    private static final int RECOVERY_DAYS = 35;

    private static final Duration ABANDONED = Duration.days(7);

    /** How long a bundle may be downloaded. It can be made again, and costs as much as all that it holds. */
    private static final Duration BUNDLES = Duration.days(30);

    private static final List<String> READ_RECORDS =
            List.of("dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query");
    private static final List<String> WRITE_RECORDS = List.of("dynamodb:DeleteItem", "dynamodb:PutItem");

    private static final List<String> DROP_UPLOADS = List.of("s3:AbortMultipartUpload", "s3:DeleteObject");
    private static final List<String> READ_WRITE_OBJECTS =
            List.of("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject");

    /** Kinds of records that the maintenance function sweeps. */
    private static final List<String> UPLOADS = List.of("upload", "upload-slot");

    /**
     * Kinds of records that copying a blob needs: its upload, its bytes, the fetch and those that wait for it, the claim
     * of a pull, the task that it is fetched for, and the task whose turn is next. Of repositories only rows of blobs:
     * no version, tag, manifest or name.
     */
    private static final List<String> COPIES = List.of(
            "upload",
            "bytes",
            "blob",
            "holder",
            "sync-blob",
            "sync-run",
            "blob-fetch",
            "blob-waiting",
            "lost-blob",
            "blob-demand",
            "task",
            "task-turn");

    /**
     * Condition key with the partition keys that a request names. Source: Service Authorization Reference, "Amazon
     * DynamoDB".
     */
    private static final String LEADING_KEYS = "dynamodb:LeadingKeys";

    private final Bucket bucket;
    private final Table table;

    public LadingStorage(Construct scope, String id, LadingOptions options) {
        super(scope, id);
        boolean isEgressWatched = options.alarming().flatMap(Alarming::egressGB).isPresent();
        bucket = Bucket.Builder.create(this, "Blobs")
                .encryption(BucketEncryption.S3_MANAGED)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .enforceSsl(true)
                .versioned(true)
                .lifecycleRules(List.of(
                        // An upload's own record is swept after a day; these catch what no record ever named: parts,
                        // and tails of requests that died or were outrun.
                        LifecycleRule.builder()
                                .id("abandoned-uploads")
                                .abortIncompleteMultipartUploadAfter(ABANDONED)
                                .build(),
                        LifecycleRule.builder()
                                .id("abandoned-tails")
                                .prefix(TAILS + "/")
                                .expiration(ABANDONED)
                                .build(),
                        // A table restored to any time that it can be restored to names no blob that is gone. The day
                        // more is for the restore.
                        LifecycleRule.builder()
                                .id("deleted-blobs")
                                .prefix(BLOBS + "/")
                                .noncurrentVersionExpiration(Duration.days(RECOVERY_DAYS + 1))
                                .expiredObjectDeleteMarker(true)
                                .build(),
                        LifecycleRule.builder()
                                .id("bundles")
                                .prefix(EXPORTS + "/")
                                .expiration(BUNDLES)
                                .noncurrentVersionExpiration(Duration.days(1))
                                .build(),
                        // No record of another day needs the tail of an upload.
                        LifecycleRule.builder()
                                .id("deleted-tails")
                                .prefix(TAILS + "/")
                                .noncurrentVersionExpiration(Duration.days(1))
                                .expiredObjectDeleteMarker(true)
                                .build()))
                .removalPolicy(options.removal())
                .autoDeleteObjects(options.isTrial())
                .metrics(
                        isEgressWatched
                                ? List.of(BucketMetrics.builder()
                                        .id(EGRESS)
                                        .prefix(BLOBS + "/")
                                        .build())
                                : List.of())
                .build();
        table = Table.Builder.create(this, "Records")
                .partitionKey(key("pk"))
                .sortKey(key("sk"))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .recoveryPeriodInDays(RECOVERY_DAYS)
                        .build())
                // For records that may expire. Never an upload's: its bytes would not be found again.
                .timeToLiveAttribute("ttl")
                .deletionProtection(!options.isTrial())
                .removalPolicy(options.removal())
                .build();
        NagFindings.accept(
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

    /**
     * Grants what changing content needs, to the registry, the upload service, the management API, which receives files,
     * and the tasks, since a sync stores manifests as objects and a cleanup deletes any. There is no scan of the table, and nobody deletes old versions of
     * objects.
     */
    public void grantReadWrite(IGrantable grantee) {
        allow(grantee, READ_RECORDS, List.of(table.getTableArn()));
        allow(grantee, WRITE_RECORDS, List.of(table.getTableArn()));
        allowObjects(grantee, READ_WRITE_OBJECTS);
    }

    /** Grants whoever sweeps uploads finding parts that a killed process sent, and never recorded. */
    public void grantSweptParts(IGrantable grantee) {
        allow(grantee, List.of("s3:ListBucketMultipartUploads"), List.of(bucket.getBucketArn()));
    }

    /** Grants listing blobs, to the tasks, since one checks that all are there. */
    public void grantList(IGrantable grantee) {
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of("s3:ListBucket"))
                        .resources(List.of(bucket.getBucketArn()))
                        .conditions(Map.of("StringEquals", Map.of("s3:prefix", BLOBS + "/")))
                        .build());
    }

    /** Grants the tasks writing bundles below one prefix and reading those below the other; they delete none. */
    public void grantBundles(IGrantable grantee) {
        allowBundles(grantee, List.of("s3:AbortMultipartUpload", "s3:PutObject"), List.of(EXPORTS));
        allowBundles(grantee, List.of("s3:GetObject"), List.of(IMPORTS));
    }

    /** Grants the management API signing URLs by which bundles are downloaded, and telling what one has. */
    public void grantReadBundles(IGrantable grantee) {
        allowBundles(grantee, List.of("s3:GetObject"), List.of(EXPORTS, IMPORTS));
    }

    private void allowBundles(IGrantable grantee, List<String> actions, List<String> prefixes) {
        allow(
                grantee,
                actions,
                prefixes.stream()
                        .map(prefix -> bucket.arnForObjects(prefix + "/*"))
                        .toList());
        NagFindings.acceptMatching(
                (Construct) grantee.getGrantPrincipal(),
                NagFindings.IAM_WILDCARD,
                "Administrators name the folders of bundles; the prefix is all that is known of them.",
                "/^Resource::.*\\/(exports|imports)\\/\\*$/");
    }

    /**
     * Grants what the blob copier needs, which makes nothing visible. It reads and deletes the tails of blobs that come
     * in slices.
     */
    public void grantCopy(IGrantable grantee) {
        allow(grantee, READ_RECORDS, List.of(table.getTableArn()));
        allowWrites(grantee, COPIES);
        allowObjects(grantee, READ_WRITE_OBJECTS);
    }

    /** Grants what the maintenance function needs: it drops uploads, and reads no content. */
    public void grantSweep(IGrantable grantee) {
        allow(grantee, READ_RECORDS, List.of(table.getTableArn()));
        allowWrites(grantee, UPLOADS);
        allowObjects(grantee, DROP_UPLOADS);
    }

    /** @param kinds names of the services' tables, with which this table's keys begin */
    private void allowWrites(IGrantable grantee, List<String> kinds) {
        List<String> keys = kinds.stream().map(kind -> kind + "#*").toList();
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(WRITE_RECORDS)
                        .resources(List.of(table.getTableArn()))
                        .conditions(Map.of(
                                "ForAllValues:StringLike",
                                Map.of(LEADING_KEYS, keys),
                                // A request without keys matches any condition on all of them.
                                "Null",
                                Map.of(LEADING_KEYS, "false")))
                        .build());
    }

    private void allowObjects(IGrantable grantee, List<String> actions) {
        allow(
                grantee,
                actions,
                PREFIXES.stream()
                        .map(prefix -> bucket.arnForObjects(prefix + "/*"))
                        .toList());
        NagFindings.acceptMatching(
                (Construct) grantee.getGrantPrincipal(),
                NagFindings.IAM_WILDCARD,
                "Objects are named by their upload's random key; the prefix is all that is known of them.",
                "/^Resource::.*\\/(blobs|tails)\\/\\*$/");
    }

    /** Environment of functions that use the storage. */
    public Map<String, String> environment() {
        return Map.of(
                "LADING_AWS_BUCKET",
                bucket.getBucketName(),
                "LADING_AWS_TABLE",
                table.getTableName(),
                // Otherwise the SDK sends clients of us-east-1 to the global endpoint.
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
