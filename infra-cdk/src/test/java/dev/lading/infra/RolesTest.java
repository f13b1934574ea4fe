package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.Stack;

/** Least privilege, checked in every policy of every role. */
class RolesTest {
    /** Actions for which AWS allows no resource. */
    private static final Set<String> WITHOUT_RESOURCE =
            Set.of("xray:PutTelemetryRecords", "xray:PutTraceSegments", "ecr:GetAuthorizationToken");

    private final Synthesis everything = Synthesis.with(Everything.WITH_DOMAINS);
    private final Synthesis serverless = Synthesis.with(Everything.SERVERLESS);

    @Test
    void no_role_has_an_action_or_a_resource_that_is_wider_than_it_must_be() {
        List<Map<String, Object>> statements = new ArrayList<>();
        for (Stack stack : everything.stacks().all()) {
            everything
                    .template(stack)
                    .findResources("AWS::IAM::Policy")
                    .values()
                    .forEach(policy -> statements.addAll(statements(policy)));
        }
        assertThat(statements).hasSizeGreaterThan(5);
        assertThat(statements).allSatisfy(RolesTest::isNarrow);
    }

    @ParameterizedTest(name = "{0} may use {1}")
    @CsvSource({
        "RegistryRole, admin-password seal-key token-key token-key-* upload-key",
        "ManagementRole, admin-password seal-key token-key token-key-* upload-key",
        "TaskWorkerRole, seal-key",
        "BlobCopierRole, seal-key",
        "MaintenanceRole, ''",
        "TasksRole, upload-key",
        "UploadsRole, upload-key",
    })
    void only_who_checks_passwords_reads_the_password(String role, String secrets) {
        String policy = policy(role).toString();
        assertThat(Pattern.compile("parameter/lading/([a-z*-]+)")
                        .matcher(policy)
                        .results()
                        .map(found -> found.group(1))
                        .distinct()
                        .sorted()
                        .toList())
                .isEqualTo(secrets.isEmpty() ? List.of() : List.of(secrets.split(" ")));
        assertThat(policy.contains("ssm:")).isEqualTo(!secrets.isEmpty());
    }

    @ParameterizedTest(name = "{0} may {1} the key of bundles")
    @CsvSource({
        "TaskWorkerRole, kms:GetPublicKey kms:Sign",
        "ManagementRole, kms:GetPublicKey",
        "RegistryRole, ''",
        "BlobCopierRole, ''",
        "MaintenanceRole, ''",
        "TasksRole, ''",
        "UploadsRole, ''",
    })
    void only_who_writes_bundles_signs_them(String role, String actions) {
        var ofKms = policy(role).stream()
                .filter(statement -> texts(statement.get("Action")).stream().anyMatch(a -> a.startsWith("kms:")))
                .toList();
        assertThat(ofKms.stream().flatMap(statement -> texts(statement.get("Action")).stream()))
                .containsExactlyInAnyOrder(actions.isEmpty() ? new String[0] : actions.split(" "));
        assertThat(ofKms)
                .allSatisfy(statement -> assertThat(statement.get("Resource")).isEqualTo(Everything.KEY_ARN));
    }

    @ParameterizedTest(name = "{0} may {1}")
    @CsvSource({
        "RegistryRole, AbortMultipartUpload DeleteObject GetObject PutObject",
        "TasksRole, AbortMultipartUpload DeleteObject GetObject ListBucketMultipartUploads PutObject",
        "UploadsRole, AbortMultipartUpload DeleteObject GetObject ListBucketMultipartUploads PutObject",
        "TaskWorkerRole, AbortMultipartUpload DeleteObject GetObject ListBucket ListBucketMultipartUploads PutObject",
        "BlobCopierRole, AbortMultipartUpload DeleteObject GetObject PutObject",
        "ManagementRole, AbortMultipartUpload DeleteObject GetObject PutObject",
        "MaintenanceRole, AbortMultipartUpload DeleteObject ListBucketMultipartUploads",
    })
    void nobody_touches_content_more_than_they_must(String role, String actions) {
        assertThat(actions(role, "s3:")).containsOnly(actions.split(" "));
    }

    @ParameterizedTest(name = "{0} may {2} bundles of {1}")
    @CsvSource({
        "TaskWorkerRole, exports, s3:AbortMultipartUpload s3:PutObject",
        "TaskWorkerRole, imports, s3:GetObject",
        "ManagementRole, exports, s3:GetObject",
        "ManagementRole, imports, s3:GetObject",
        "RegistryRole, ports, ''",
        "BlobCopierRole, ports, ''",
        "MaintenanceRole, ports, ''",
        "TasksRole, ports, ''",
    })
    void bundles_are_written_and_read_by_tasks_and_downloaded_by_links(String role, String prefix, String actions) {
        assertThat(policy(role).stream()
                        .filter(statement ->
                                statement.get("Resource").toString().contains(prefix + "/*"))
                        .flatMap(statement -> texts(statement.get("Action")).stream()))
                .containsExactlyInAnyOrder(actions.isEmpty() ? new String[0] : actions.split(" "));
    }

    @ParameterizedTest(name = "{0} writes {1}")
    @CsvSource({
        "BlobCopierRole, upload# bytes# blob# holder# sync-blob# sync-run# blob-fetch# blob-waiting# lost-blob# blob-demand# task# task-turn#",
        "MaintenanceRole, upload# upload-slot#",
    })
    void copier_and_maintenance_write_records_of_their_own_only(String role, String keys) {
        var writes = policy(role).stream()
                .filter(statement -> statement.get("Action").toString().matches(".*(Put|Delete|Update)Item.*"))
                .toList();
        assertThat(writes).hasSize(1);
        assertThat(writes.getFirst().get("Condition"))
                .isEqualTo(Map.of(
                        "ForAllValues:StringLike",
                        Map.of(
                                "dynamodb:LeadingKeys",
                                Stream.of(keys.split(" ")).map(key -> key + "*").toList()),
                        "Null",
                        Map.of("dynamodb:LeadingKeys", "false")));
    }

    @Test
    void the_upload_function_may_what_the_containers_may() {
        assertThat(policy("UploadsRole")).isNotEmpty().allSatisfy(RolesTest::isNarrow);
        for (String service : List.of("s3:", "dynamodb:", "ssm:", "kms:", "lambda:", "sqs:")) {
            assertThat(actions("UploadsRole", service)).hasSameElementsAs(actions("TasksRole", service));
        }
    }

    private List<String> actions(String role, String service) {
        return policy(role).stream()
                .flatMap(statement -> texts(statement.get("Action")).stream())
                .filter(action -> action.startsWith(service))
                .map(action -> action.substring(service.length()))
                .toList();
    }

    /** The statements of a role's own policy. */
    private List<Map<String, Object>> policy(String role) {
        List<Map<String, Object>> statements = new ArrayList<>();
        for (Stack stack :
                List.of(everything.stacks().registry(), everything.stacks().upload())) {
            everything.template(stack).findResources("AWS::IAM::Policy").forEach((id, policy) -> {
                if (id.startsWith(role + "DefaultPolicy")) {
                    statements.addAll(statements(policy));
                }
            });
        }
        serverless.uploadFunction().findResources("AWS::IAM::Policy").forEach((id, policy) -> {
            if (id.startsWith(role + "DefaultPolicy")) {
                statements.addAll(statements(policy));
            }
        });
        assertThat(statements).as(role).isNotEmpty();
        return statements;
    }

    private static void isNarrow(Map<String, Object> statement) {
        List<String> actions = texts(statement.get("Action"));
        assertThat(actions).isNotEmpty().noneMatch(action -> action.contains("*"));
        for (Object resource : listOf(statement.get("Resource"))) {
            String text = resource.toString();
            if (text.equals("*")) {
                assertThat(WITHOUT_RESOURCE).containsAll(actions);
            } else if (text.contains("*")) {
                assertThat(text)
                        .matches(
                                ".*(/blobs/|/tails/|/(?:exports|imports)/|/lading/token-key-|:schedule/Lading-Syncs/)\\*.*");
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> statements(Map<String, Object> policy) {
        var properties = (Map<String, Map<String, Object>>) (Map<?, ?>) policy.get("Properties");
        return (List<Map<String, Object>>) properties.get("PolicyDocument").get("Statement");
    }

    private static List<String> texts(Object oneOrMany) {
        return listOf(oneOrMany).stream().map(Object::toString).toList();
    }

    private static List<?> listOf(Object oneOrMany) {
        return oneOrMany instanceof List<?> many ? many : List.of(oneOrMany);
    }
}
