package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class StorageStackTest {
    private static final int RECOVERY_DAYS = 35;

    private final Template template = Synthesis.with().storage();
    private final Template withKey = Synthesis.with("sealKeyDeployed=true").storage();

    @Test
    void the_table_is_on_demand_recoverable_protected_and_forgets_what_expired() {
        template.hasResourceProperties(
                "AWS::DynamoDB::Table",
                Map.of(
                        "KeySchema",
                        List.of(
                                Map.of("AttributeName", "pk", "KeyType", "HASH"),
                                Map.of("AttributeName", "sk", "KeyType", "RANGE")),
                        "BillingMode",
                        "PAY_PER_REQUEST",
                        "PointInTimeRecoverySpecification",
                        Map.of("PointInTimeRecoveryEnabled", true, "RecoveryPeriodInDays", RECOVERY_DAYS),
                        "DeletionProtectionEnabled",
                        true,
                        "TimeToLiveSpecification",
                        Map.of("AttributeName", "ttl", "Enabled", true)));
    }

    @Test
    void the_bucket_is_private_and_encrypted() {
        template.hasResourceProperties(
                "AWS::S3::Bucket",
                Map.of(
                        "BucketEncryption",
                        Map.of(
                                "ServerSideEncryptionConfiguration",
                                List.of(Map.of("ServerSideEncryptionByDefault", Map.of("SSEAlgorithm", "AES256")))),
                        "PublicAccessBlockConfiguration",
                        Map.of(
                                "BlockPublicAcls", true,
                                "BlockPublicPolicy", true,
                                "IgnorePublicAcls", true,
                                "RestrictPublicBuckets", true)));
    }

    /** Else a table that was restored to an earlier time would name blobs that are gone. */
    @Test
    void what_is_deleted_from_the_bucket_is_kept_as_long_as_the_table_can_be_restored() {
        template.hasResourceProperties(
                "AWS::S3::Bucket",
                Map.of(
                        "VersioningConfiguration",
                        Map.of("Status", "Enabled"),
                        "LifecycleConfiguration",
                        Map.of(
                                "Rules",
                                List.of(
                                        Map.of(
                                                "Id",
                                                "abandoned-uploads",
                                                "Status",
                                                "Enabled",
                                                "AbortIncompleteMultipartUpload",
                                                Map.of("DaysAfterInitiation", 7)),
                                        Map.of(
                                                "Id",
                                                "abandoned-tails",
                                                "Status",
                                                "Enabled",
                                                "Prefix",
                                                "tails/",
                                                "ExpirationInDays",
                                                7),
                                        deleted("deleted-blobs", "blobs/", RECOVERY_DAYS + 1),
                                        Map.of(
                                                "Id",
                                                "bundles",
                                                "Status",
                                                "Enabled",
                                                "Prefix",
                                                "exports/",
                                                "ExpirationInDays",
                                                30,
                                                "NoncurrentVersionExpiration",
                                                Map.of("NoncurrentDays", 1)),
                                        deleted("deleted-tails", "tails/", 1)))));
    }

    private static Map<String, Object> deleted(String id, String prefix, int days) {
        return Map.of(
                "Id",
                id,
                "Status",
                "Enabled",
                "Prefix",
                prefix,
                "NoncurrentVersionExpiration",
                Map.of("NoncurrentDays", days),
                "ExpiredObjectDeleteMarker",
                true);
    }

    @Test
    void the_bucket_refuses_plain_http() {
        template.hasResourceProperties(
                "AWS::S3::BucketPolicy",
                Map.of(
                        "PolicyDocument",
                        Match.objectLike(Map.of(
                                "Statement",
                                List.of(Match.objectLike(Map.of(
                                        "Effect",
                                        "Deny",
                                        "Action",
                                        "s3:*",
                                        "Principal",
                                        Map.of("AWS", "*"),
                                        "Condition",
                                        Map.of("Bool", Map.of("aws:SecureTransport", "false")))))))));
    }

    @Test
    void what_is_kept_outlives_the_stack() {
        for (String type : List.of("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key")) {
            withKey.hasResource(type, Map.of("DeletionPolicy", "Retain", "UpdateReplacePolicy", "Retain"));
        }
    }

    /** Under another id, an update would create a second one beside it, and the registry would begin empty. */
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "AWS::DynamoDB::Table, StorageRecords0990588D",
        "AWS::S3::Bucket, StorageBlobs31FE9BCB",
        "AWS::KMS::Key, SealKey3FBD9790",
    })
    void what_is_kept_has_the_id_it_always_had(String type, String id) {
        assertThat(withKey.findResources(type)).containsOnlyKeys(id);
    }

    @Test
    void a_kms_key_costs_a_dollar_and_is_there_if_asked_for_or_deployed_before() {
        template.resourceCountIs("AWS::KMS::Key", 0);
        for (String options : List.of("sealKey=kms", "sealKeyDeployed=true")) {
            Synthesis.with(options).storage().resourceCountIs("AWS::KMS::Key", 1);
        }
        Synthesis.with("sealKeyDeployed=true", "sealKey=parameter").storage().resourceCountIs("AWS::KMS::Key", 1);
    }

    @Test
    void request_metrics_are_paid_for_and_there_only_if_egress_is_watched() {
        assertThat(template.toJSON().toString()).doesNotContain("MetricsConfigurations");
        Synthesis.with("alarms=true", "egressAlarmGB=100")
                .storage()
                .hasResourceProperties(
                        "AWS::S3::Bucket",
                        Map.of("MetricsConfigurations", List.of(Map.of("Id", "Egress", "Prefix", "blobs/"))));
    }

    @Test
    void of_a_trial_nothing_is_kept() {
        Template trial = Synthesis.with("removal=destroy", "sealKey=kms").storage();
        trial.hasResource("AWS::S3::Bucket", Map.of("DeletionPolicy", "Delete"));
        trial.hasResource("AWS::DynamoDB::Table", Map.of("DeletionPolicy", "Delete"));
        trial.hasResource("AWS::KMS::Key", Map.of("DeletionPolicy", "Delete"));
        trial.hasResourceProperties("AWS::DynamoDB::Table", Map.of("DeletionProtectionEnabled", false));
        trial.resourceCountIs("Custom::S3AutoDeleteObjects", 1);
    }
}
