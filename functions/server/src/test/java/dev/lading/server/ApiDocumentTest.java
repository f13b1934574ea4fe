package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every operation in our OpenAPI document is one of the contract, with its path, parameters and schemas, and leads to a
 * working route. {@code pulp-contract.json} holds the facts of Pulp core 3.123 with container 2.30, without what is
 * left for later issues.
 */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ApiDocumentTest {
    /** Operations beside Pulp's: ours, those of older servers that clients still use, and those of its file plugin. */
    private static final Set<String> BESIDE_THE_CONTRACT = Set.of(
            "repositories_file_file_list",
            "repositories_file_file_create",
            "repositories_file_file_read",
            "repositories_file_file_update",
            "repositories_file_file_partial_update",
            "repositories_file_file_delete",
            "repositories_file_file_modify",
            "repositories_file_file_set_label",
            "repositories_file_file_unset_label",
            "repositories_file_file_add_role",
            "repositories_file_file_remove_role",
            "repositories_file_file_list_roles",
            "repositories_file_file_my_permissions",
            "repositories_file_file_versions_list",
            "repositories_file_file_versions_read",
            "repositories_file_file_versions_delete",
            "content_file_files_list",
            "content_file_files_create",
            "content_file_files_read",
            "repositories_container_container_push_list",
            "repositories_container_container_restore",
            "repositories_container_container_declare_image",
            "repositories_container_container_promote",
            "repositories_container_container_diff",
            "repositories_container_container_versions_partial_update",
            "remotes_container_pull_through_figures",
            "access_policies_list",
            "access_policies_read",
            "audit_list",
            "bundle_key_read",
            "repositories_export",
            "repositories_import",
            "trusted_keys_list",
            "trusted_keys_create",
            "trusted_keys_delete",
            "repositories_receipt",
            "token_keys_list",
            "token_keys_rotate",
            "robots_list",
            "robots_create",
            "robots_read",
            "robots_partial_update",
            "robots_delete",
            "robots_rotate",
            "robots_secrets_delete",
            "tasks_log");

    /**
     * Headers that change nothing here, and orders that would reveal secrets or sort by what this server does not
     * store.
     */
    private static final Set<String> PARAMETERS_LEFT_OUT = Set.of("X-Task-Diagnostics");

    /** Properties of ours, by schema; their descriptions say so. */
    private static final Map<String, Set<String>> PROPERTIES_BESIDE_THE_CONTRACT = Map.of(
            "container.ContainerRemote",
            Set.of("platforms", "referrers", "strict", "token_hosts"),
            "container.ContainerPullThroughRemote",
            Set.of("token_hosts", "other_upstream"),
            "container.ContainerPullThroughDistribution",
            Set.of(
                    "retain_repo_versions",
                    "freshness",
                    "gone",
                    "anonymous_fetch",
                    "other_upstream",
                    "evict_after_days",
                    "max_bytes",
                    "evict_gone"),
            "RepositoryVersion",
            Set.of("note", "source_created"),
            "PulpImporter",
            Set.of("unsigned", "as_new_version", "keep_public"),
            "PulpExport",
            Set.of("download_url"),
            "container.ContainerRepository",
            Set.of(
                    "sync_schedule",
                    "sync_schedule_timezone",
                    "sync_schedule_mirror",
                    "sync_schedule_mirror_empty",
                    "sync_schedule_signed_only",
                    "sync_schedule_next",
                    "sync_schedule_last"),
            "ContainerRepositorySyncURL",
            Set.of("mirror_empty"),
            "Task",
            Set.of("log"));

    private static final Set<String> BUILD_FIELDS = Set.of(
            "containerfile_text",
            "context",
            "context_digest",
            "tags",
            "platforms",
            "build_args",
            "labels",
            "target",
            "secrets",
            "network",
            "timeout",
            "memory",
            "source_date_epoch",
            "cache",
            "ignore_files",
            "keep_log");

    private static final Set<String> ONLY_TAKEN = Set.of("other_upstream");
    private static final Set<String> ONLY_SHOWN =
            Set.of("sync_schedule_next", "sync_schedule_last", "source_created", "download_url", "log", "builder");

    /** Properties shown by Pulp that are secrets here, since many hold a key. */
    private static final Map<String, Set<String>> PROPERTIES_NOT_SHOWN = Map.of(
            "container.ContainerRemoteResponse",
            Set.of("headers"),
            "container.ContainerPullThroughRemoteResponse",
            Set.of("headers"),
            "GenericRemoteResponse",
            Set.of("headers"));

    private static final String ABSENT = "00000000-0000-7000-8000-000000000000";

    private static final JsonNode CONTRACT = contract();

    private final RegistryClient admin = RegistryClient.administrator();

    private static JsonNode contract() {
        try (InputStream json = ApiDocumentTest.class.getResourceAsStream("/pulp-contract.json")) {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Operation(String id, String path, String method, JsonNode json) {}

    private JsonNode document() {
        return RegistryClient.anonymous().get("/pulp/api/v3/docs/api.json").json();
    }

    private static List<Operation> operations(JsonNode document) {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(method -> new Operation(
                                method.getValue().path("operationId").asText(),
                                path.getKey(),
                                method.getKey(),
                                method.getValue())))
                .toList();
    }

    @Test
    void every_operation_of_the_contract_is_served() {
        Set<String> ids = new TreeSet<>();
        operations(document()).forEach(operation -> ids.add(operation.id()));
        Set<String> expected = new TreeSet<>(BESIDE_THE_CONTRACT);
        CONTRACT.path("operations").fieldNames().forEachRemaining(expected::add);

        assertThat(ids).isEqualTo(expected);
    }

    @TestFactory
    Stream<DynamicTest> every_operation_is_as_in_the_contract() {
        JsonNode document = document();
        return operations(document).stream()
                .filter(operation -> !BESIDE_THE_CONTRACT.contains(operation.id()))
                .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> compare(operation)));
    }

    private static void compare(Operation operation) {
        JsonNode fact = CONTRACT.at("/operations/" + operation.id());
        assertThat(operation.path()).isEqualTo(fact.path("path").asText());
        assertThat(operation.method()).isEqualTo(fact.path("method").asText());
        Map<String, String> ours = new TreeMap<>();
        for (JsonNode parameter : operation.json().path("parameters")) {
            ours.put(
                    parameter.path("name").asText(),
                    parameter.path("in").asText() + " " + type(parameter.path("schema")));
            if (parameter.path("name").asText().equals("ordering")) {
                List<String> orders = new ArrayList<>();
                parameter.at("/schema/items/enum").forEach(order -> orders.add(order.asText()));
                List<String> known = new ArrayList<>();
                fact.path("orders").forEach(order -> known.add(order.asText()));
                assertThat(known).containsAll(orders);
            }
        }
        Map<String, String> facts = new TreeMap<>();
        fact.path("parameters")
                .properties()
                .forEach(p -> facts.put(p.getKey(), p.getValue().asText()));
        facts.keySet().removeAll(PARAMETERS_LEFT_OUT);
        if (!operation.method().equals("get")) {
            facts.keySet().removeAll(Set.of("fields", "exclude_fields"));
        }
        assertThat(ours).isEqualTo(facts);
        String body = operation
                .json()
                .at("/requestBody/content/application~1json/schema/$ref")
                .asText();
        assertThat(body.substring(body.lastIndexOf('/') + 1))
                .isEqualTo(fact.path("body").asText());
        Set<String> statuses = new HashSet<>();
        operation.json().path("responses").properties().forEach(response -> {
            statuses.add(response.getKey());
            String schema = response.getValue()
                    .at("/content/application~1json/schema/$ref")
                    .asText();
            assertThat(schema.substring(schema.lastIndexOf('/') + 1))
                    .isEqualTo(fact.at("/answers/" + response.getKey()).asText());
        });
        Set<String> known = new HashSet<>();
        fact.path("answers").fieldNames().forEachRemaining(known::add);
        assertThat(statuses).isEqualTo(known);
    }

    @TestFactory
    Stream<DynamicTest> every_schema_is_as_in_the_contract() {
        return document().at("/components/schemas").properties().stream()
                .filter(schema -> CONTRACT.path("schemas").has(schema.getKey()))
                .map(schema -> DynamicTest.dynamicTest(schema.getKey(), () -> {
                    JsonNode fact = CONTRACT.path("schemas").path(schema.getKey());
                    Map<String, String> ours = new TreeMap<>();
                    schema.getValue()
                            .path("properties")
                            .properties()
                            .forEach(p -> ours.put(p.getKey(), type(p.getValue())));
                    Map<String, String> facts = new TreeMap<>();
                    fact.path("properties")
                            .properties()
                            .forEach(p -> facts.put(p.getKey(), p.getValue().asText()));
                    facts.keySet().removeAll(PROPERTIES_NOT_SHOWN.getOrDefault(schema.getKey(), Set.of()));
                    for (String own : own(schema.getKey())) {
                        boolean isThere = ours.remove(own) != null;
                        assertThat(isThere)
                                .as(own)
                                .isEqualTo(!(isBody(schema.getKey()) ? ONLY_SHOWN : ONLY_TAKEN).contains(own));
                        String description = schema.getValue()
                                .at("/properties/" + own + "/description")
                                .asText();
                        assertThat(description).startsWith(isThere ? "Lading's own" : "");
                    }
                    assertThat(ours).isEqualTo(facts);
                    assertThat(texts(schema.getValue().path("required"))).isEqualTo(texts(fact.path("required")));
                }));
    }

    private static boolean isBody(String schema) {
        return !schema.endsWith("Response");
    }

    private static Set<String> own(String schema) {
        String model = schema.replaceFirst("^Patched", "").replaceFirst("Response$", "");
        return switch (model) {
            case "OCIBuildImage" -> BUILD_FIELDS;
            case "Status" -> Set.of("builder");
            default -> PROPERTIES_BESIDE_THE_CONTRACT.getOrDefault(model, Set.of());
        };
    }

    private static Set<String> texts(JsonNode list) {
        Set<String> texts = new TreeSet<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** The type as the contract's digest spells it. */
    private static String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String reference = schema.path("$ref").asText();
            return reference.substring(reference.lastIndexOf('/') + 1);
        }
        JsonNode type = schema.path("type");
        String name = type.isArray() ? type.path(0).asText() : type.asText("any");
        return name.equals("array") ? "[" + type(schema.path("items")) + "]" : name.isEmpty() ? "any" : name;
    }

    @TestFactory
    Stream<DynamicTest> every_operation_leads_to_a_route() {
        return operations(document()).stream()
                .map(operation -> DynamicTest.dynamicTest(operation.id(), () -> {
                    String path = operation.path().startsWith("{")
                            ? operation.path().replaceAll("\\{.*}", href(operation.path()))
                            : operation.path();
                    var answer = admin.send(operation.method().toUpperCase(Locale.ROOT), path, new byte[0]);

                    // A missing resource is reported by its own route.
                    assertThat(answer.status()).isNotIn(405, 500);
                    if (answer.status() == 404) {
                        assertThat(operation.path()).contains("{");
                        assertThat(answer.json().path("detail").asText()).doesNotContain("path");
                    }
                }));
    }

    /** What has numbers and not UUIDs. */
    private static final Set<String> NUMBERED = Set.of(
            "container_container_repository_version_href",
            "file_file_repository_version_href",
            "auth_user_href",
            "group_href",
            "groups_user_href",
            "robot_href");

    private static String href(String path) {
        String name = path.substring(path.indexOf('{') + 1, path.indexOf('}'));
        String list = switch (name) {
            case "task_href" -> "tasks/";
            case "task_group_href" -> "task-groups/";
            case "container_container_remote_href" -> "remotes/container/container/";
            case "container_container_pull_through_remote_href" -> "remotes/container/pull-through/";
            case "container_container_pull_through_distribution_href" -> "distributions/container/pull-through/";
            case "container_container_distribution_href" -> "distributions/container/container/";
            case "container_container_repository_href" -> "repositories/container/container/";
            case "container_container_repository_version_href" ->
                "repositories/container/container/" + ABSENT + "/versions/";
            case "file_file_repository_href" -> "repositories/file/file/";
            case "file_file_repository_version_href" -> "repositories/file/file/" + ABSENT + "/versions/";
            case "file_file_content_href" -> "content/file/files/";
            case "container_container_namespace_href" -> "pulp_container/namespaces/";
            case "auth_user_href" -> "users/";
            case "auth_users_user_role_href" -> "users/1/roles/";
            case "role_href" -> "roles/";
            case "access_policy_href" -> "access_policies/";
            case "group_href" -> "groups/";
            case "groups_group_role_href" -> "groups/1/roles/";
            case "groups_user_href" -> "groups/1/users/";
            case "robot_href" -> "robots/";
            case "robot_secret_href" -> "robots/1/secrets/";
            case "artifact_href" -> "artifacts/";
            case "container_blob_href" -> "content/container/blobs/";
            case "container_manifest_href" -> "content/container/manifests/";
            case "container_manifest_signature_href" -> "content/container/signatures/";
            case "container_tag_href" -> "content/container/tags/";
            case "pulp_importer_href" -> "importers/core/pulp/";
            case "pulp_pulp_import_href" -> "importers/core/pulp/" + ABSENT + "/imports/";
            case "trusted_key_href" -> "trusted_keys/";
            case "pulp_exporter_href" -> "exporters/core/pulp/";
            case "pulp_pulp_export_href" -> "exporters/core/pulp/" + ABSENT + "/exports/";
            default -> throw new AssertionError("no list of " + name);
        };
        return "/pulp/api/v3/" + list + (NUMBERED.contains(name) ? "7" : ABSENT) + "/";
    }
}
