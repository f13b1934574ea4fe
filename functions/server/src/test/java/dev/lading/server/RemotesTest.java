package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.lading.metadata.RecordJson;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteService;
import dev.lading.remote.RemoteSettings;
import dev.lading.remote.RemoteUrl;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Remotes, and with them the conventions of all lists and bodies. Source: Pulp's REST API. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class RemotesTest {
    private static final String REMOTES = "/pulp/api/v3/remotes/container/container/";

    @Inject
    RemoteService remotes;

    private final RegistryClient admin = RegistryClient.administrator();

    private RegistryClient.Answer send(String method, String path, String json) {
        return admin.send(method, path, json.getBytes(UTF_8), "Content-Type", "application/json");
    }

    private JsonNode create(String name, String more) {
        var answer = send(
                "POST",
                REMOTES,
                "{\"name\":\"" + name + "\",\"url\":\"https://registry.test\",\"upstream_name\":\"library/x\"" + more
                        + "}");
        assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(201);
        return answer.json();
    }

    private List<String> names(String query) {
        var answer = admin.get(REMOTES + "?" + query);
        assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        List<String> names = new ArrayList<>();
        answer.json()
                .path("results")
                .forEach(each -> names.add(each.path("name").asText()));
        return names;
    }

    @Test
    void what_was_created_is_read_back_and_secrets_are_not() {
        JsonNode created = create(
                "whole",
                ",\"policy\":\"on_demand\",\"pulp_labels\":{\"team\":\"a\",\"empty\":null},\"tls_validation\":false,"
                        + "\"proxy_url\":\"http://proxy.test:3128\",\"proxy_username\":\"pu\",\"proxy_password\":\"pp\","
                        + "\"username\":\"u\",\"password\":\" secret \",\"client_key\":\"key\",\"max_retries\":2,"
                        + "\"total_timeout\":1.5,\"connect_timeout\":2,\"sock_connect_timeout\":3,\"sock_read_timeout\":4,"
                        + "\"headers\":[{\"X-A\":\"b-secret\"}],\"token_hosts\":[\"Auth.Test\"],\"download_concurrency\":5,\"rate_limit\":6,"
                        + "\"platforms\":[\"linux/amd64\",\"linux/arm64/v8\"],\"referrers\":false,"
                        + "\"includes\":[\"v*\"],\"excludes\":[\"*-rc\"],\"include_tags\":[\"old\"],"
                        + "\"strict\":true");

        JsonNode read = admin.get(created.path("pulp_href").asText()).json();

        assertThat(read).isEqualTo(created);
        assertThat(read.path("pulp_href").asText()).matches(REMOTES + "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/");
        assertThat(read.path("prn").asText()).startsWith("prn:container.containerremote:");
        assertThat(read.path("policy").asText()).isEqualTo("on_demand");
        assertThat(read.path("pulp_labels")).hasToString("{\"empty\":null,\"team\":\"a\"}");
        assertThat(read.path("includes")).hasToString("[\"v*\",\"old\"]");
        assertThat(read.path("platforms")).hasToString("[\"linux/amd64\",\"linux/arm64/v8\"]");
        assertThat(read.path("referrers").asBoolean()).isFalse();
        assertThat(read.path("strict").asBoolean()).isTrue();
        assertThat(read.path("token_hosts")).hasToString("[\"auth.test\"]");
        assertThat(read.has("headers")).isFalse();
        assertThat(read.path("total_timeout").asDouble()).isEqualTo(1.5);
        assertThat(read.path("ca_cert").isNull()).isTrue();
        assertThat(read.has("password")).isFalse();
        assertThat(read.toString()).doesNotContain("secret").doesNotContain("\"pp\"");
        assertThat(read.path("hidden_fields").findValuesAsText("is_set")).containsOnly("true");
    }

    @Test
    void a_change_leaves_alone_what_it_does_not_name() {
        String href = create("changed", ",\"rate_limit\":6,\"username\":\"u\",\"password\":\"p\"")
                .path("pulp_href")
                .asText();

        var patched = send("PATCH", href, "{\"rate_limit\":null,\"url\":\"https://registry.test/behind\"}");

        assertThat(patched.status()).isEqualTo(202);
        JsonNode shown = admin.get(href).json();
        assertThat(shown.path("rate_limit").isNull()).isTrue();
        assertThat(shown.path("url").asText()).isEqualTo("https://registry.test/behind");
        assertThat(shown.path("name").asText()).isEqualTo("changed");
        assertThat(shown.path("hidden_fields").findValuesAsText("is_set"))
                .containsExactly("false", "false", "false", "true", "true", "false");
        assertThat(send("PUT", href, "{\"name\":\"changed\"}")
                        .json()
                        .path("url")
                        .path(0)
                        .asText())
                .contains("required");
    }

    @Test
    void what_is_not_said_is_usual() {
        JsonNode created = create("usual", "");

        assertThat(created.path("platforms").isNull()).isTrue();
        assertThat(created.path("referrers").asBoolean()).isTrue();
        assertThat(created.path("includes").isNull()).isTrue();
    }

    @Test
    void secrets_are_kept_sealed_and_opened_for_the_one_who_logs_in() {
        String key = "-----BEGIN PRIVATE KEY-----\n" + "plain".repeat(10_000);
        String href = create("sealed", ",\"username\":\"hunter\",\"password\":\"2\",\"client_key\":\"k\"")
                .path("pulp_href")
                .asText();
        send("PATCH", href, "{\"client_key\":" + JsonNodeFactory.instance.textNode(key) + "}");
        RemoteId id = new RemoteId(UUID.fromString(href.replaceAll(".*/([^/]+)/", "$1")));

        Remote stored = remotes.get(id);

        assertThat(RecordJson.write(stored)).doesNotContain("hunter").doesNotContain("plain");
        assertThat(stored.toString()).doesNotContain("hunter").doesNotContain("plain");
        RemoteSecrets secrets = remotes.secrets(stored);
        assertThat(secrets.username()).contains("hunter");
        assertThat(secrets.password()).contains("2");
        assertThat(secrets.proxyPassword()).isEmpty();
        assertThat(secrets.clientKey()).contains(key);
        assertThat(secrets.toString()).doesNotContain("hunter");
    }

    @Test
    void a_remote_that_is_too_large_is_refused() {
        String headers = ("{\"X\":\"" + "x".repeat(65_000) + "\"},").repeat(6) + "{}";

        var answer = send(
                "POST",
                REMOTES,
                "{\"name\":\"large\",\"url\":\"https://a.test\",\"upstream_name\":\"x\",\"headers\":[" + headers
                        + "]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("non_field_errors").path(0).asText()).contains("bytes");
    }

    @Test
    void a_deletion_is_a_task() {
        JsonNode created = create("doomed", "");
        String href = created.path("pulp_href").asText();

        var answer = send("DELETE", href, "");

        assertThat(answer.status()).isEqualTo(202);
        JsonNode task = TaskEnd.await(admin, answer);
        assertThat(task.path("state").asText()).isEqualTo("completed");
        assertThat(task.path("reserved_resources_record").path(0)).isEqualTo(created.path("prn"));
        assertThat(task.path("logging_cid").asText()).isEqualTo(answer.header("Correlation-ID"));
        assertThat(admin.get(href).status()).isEqualTo(404);
        assertThat(admin.get("/pulp/api/v3/tasks/?reserved_resources=" + href)
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        create("doomed", "");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "name missing            | {}                                                  | name",
                "name blank              | {\"name\":\" \"}                                    | name",
                "name no text            | {\"name\":1}                                        | name",
                "a field that is not     | {\"colour\":\"red\"}                                | colour",
                "a policy that is not    | {\"policy\":\"never\"}                              | policy",
                "a negative timeout      | {\"total_timeout\":-1}                              | total_timeout",
                "an endless timeout      | {\"total_timeout\":1e400}                           | total_timeout",
                "a header in two lines   | {\"headers\":[{\"X\":\"a\\r\\nY: b\"}]}               | headers",
                "no connections          | {\"download_concurrency\":0}                        | download_concurrency",
                "half a connection       | {\"download_concurrency\":1.5}                      | download_concurrency",
                "labels of numbers       | {\"pulp_labels\":{\"a\":1}}                         | pulp_labels",
                "a label with a bracket  | {\"pulp_labels\":{\"a\":\"(\"}}                     | pulp_labels",
                "an endless tag          | {\"includes\":[\"LONG\"]}                           | includes",
                "a platform of one part  | {\"platforms\":[\"linux\"]}                         | platforms",
                "a platform of capitals  | {\"platforms\":[\"Linux/AMD64\"]}                   | platforms",
                "an endless password     | {\"username\":\"u\",\"password\":\"ENDLESS\"}         | password",
                "no certificate          | {\"ca_cert\":\"x\"}                                 | ca_cert",
                "another scheme          | {\"url\":\"ftp://a.test\"}                          | url",
                "credentials in the url  | {\"url\":\"https://u:p@a.test\"}                    | url",
                "half of a login         | {\"username\":\"u\"}                                | password",
                "a login without a proxy | {\"proxy_username\":\"u\",\"proxy_password\":\"p\"} | proxy_username",
                "a token host with port  | {\"token_hosts\":[\"a.test:5000\"]}              | token_hosts",
                "a token host with path  | {\"token_hosts\":[\"https://a.test\"]}           | token_hosts",
                "a port that cannot be   | {\"url\":\"https://a.test:99999\"}                | url",
                "a port of no number     | {\"url\":\"https://a.test:x\"}                    | url",
                "a host that cannot be   | {\"url\":\"https://a b.test\"}                    | url",
                "a proxy's port          | {\"proxy_url\":\"http://a.test:0\"}               | proxy_url",
                "a name of capitals      | {\"upstream_name\":\"Library/Busybox\"}           | upstream_name",
                "a name with a tag       | {\"upstream_name\":\"busybox:latest\"}            | upstream_name",
                "a name with a digest    | {\"upstream_name\":\"busybox@sha256:0\"}          | upstream_name",
                "a pattern of others     | {\"includes\":[\"v*\",\"v1{BAR}v2\"]}              | includes",
                "a regular expression    | {\"includes\":[\"^v.*$\"]}                        | includes",
                "a digest of capitals    | {\"includes\":[\"sha256:ABC\"]}                   | includes",
                "a tag with a name       | {\"include_tags\":[\"busybox:latest\"]}           | include_tags",
                "an excluded digest      | {\"excludes\":[\"sha256:0\"]}                     | excludes",
                "a space in a pattern    | {\"exclude_tags\":[\"*-rc \"]}                    | exclude_tags",
                "a sigstore              | {\"sigstore\":\"https://sigs.test/\"}             | sigstore",
                "a null                  | {\"url\":null}                                      | url",
            })
    void what_does_not_fit_is_told_by_field(String what, String body, String field) {
        String whole = "{\"name\":\"bad\",\"url\":\"https://a.test\",\"upstream_name\":\"x\"}";
        String merged = body.equals("{}")
                ? "{\"url\":\"https://a.test\",\"upstream_name\":\"x\"}"
                : merge(
                        whole,
                        body.replace("{BAR}", "|")
                                .replace("LONG", "x".repeat(256))
                                .replace("ENDLESS", "x".repeat(16_385)));

        var answer = send("POST", REMOTES, merged);

        assertThat(answer.status()).as(what).isEqualTo(400);
        assertThat(answer.json().path(field).path(0).asText())
                .as(answer.json().toString())
                .contains(" ");
        assertThat(answer.json().size()).isEqualTo(1);
    }

    @Test
    void what_does_not_fit_any_more_stays_until_it_is_changed() {
        JsonNode created = create("earlier", "");
        remotes.update(
                new RemoteId(UUID.fromString(id(created))),
                Optional.empty(),
                (before, sealing) -> new RemoteSettings(
                        before.kind(),
                        before.name(),
                        RemoteUrl.of("url", "https://a.test:99999"),
                        before.upstreamName(),
                        before.policy(),
                        List.of("v1|v2"),
                        List.of(),
                        before.platforms(),
                        before.referrers(),
                        before.strict(),
                        Optional.of(RemoteUrl.of("sigstore", "https://sigs.test/")),
                        before.labels(),
                        before.connection(),
                        before.secrets()));
        String href = created.path("pulp_href").asText();

        assertThat(admin.get(href).json().path("includes")).hasToString("[\"v1|v2\"]");
        assertThat(send("PATCH", href, "{\"max_retries\":1}").status()).isLessThan(300);
        assertThat(send("PATCH", href, "{\"includes\":[\"v1|v2\"]}").status()).isEqualTo(400);
        assertThat(send("PATCH", href, "{\"url\":\"http://my_registry:5000\",\"includes\":[\"v[12]\"]}")
                        .status())
                .isLessThan(300);
    }

    private static String id(JsonNode entity) {
        String prn = entity.path("prn").asText();
        return prn.substring(prn.lastIndexOf(':') + 1);
    }

    private static String merge(String whole, String part) {
        try {
            var json = new com.fasterxml.jackson.databind.ObjectMapper();
            return json.readerForUpdating(json.readTree(whole)).readTree(part).toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void bodies_are_json_or_forms_and_bounded() {
        assertThat(send("POST", REMOTES, "{\"name\":").status()).isEqualTo(400);
        assertThat(send("POST", REMOTES, "[]").json().has("non_field_errors")).isTrue();
        assertThat(send("POST", REMOTES, "{\"name\":\"a\",\"name\":\"b\"}").status())
                .isEqualTo(400);
        assertThat(send("POST", REMOTES, "{\"name\":\"" + "x".repeat(2_000_000) + "\"}")
                        .status())
                .isEqualTo(413);
        assertThat(admin.send("POST", REMOTES, new byte[1], "Content-Type", "text/plain")
                        .status())
                .isEqualTo(415);
        var form = admin.send(
                "POST",
                REMOTES,
                "name=form&url=https%3A%2F%2Fa.test&upstream_name=x&tls_validation=false&rate_limit=5&includes=a&includes=b"
                        .getBytes(UTF_8),
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(form.status()).as(new String(form.body(), UTF_8)).isEqualTo(201);
        assertThat(form.json().path("includes")).hasToString("[\"a\",\"b\"]");
        assertThat(form.json().path("rate_limit").asInt()).isEqualTo(5);
    }

    @Test
    void a_name_is_taken_once() {
        String href = create("unique", "").path("pulp_href").asText();
        create("unique-too", "");

        assertThat(send("PATCH", href, "{\"name\":\"unique-too\"}").json().has("name"))
                .isTrue();
        assertThat(send("PATCH", href, "{\"name\":\"unique-new\"}").status()).isEqualTo(202);
        create("unique", "");
    }

    @Test
    void labels_are_set_and_taken_one_by_one() {
        String href = create("labelled", "").path("pulp_href").asText();

        var set = send("POST", href + "set_label/", "{\"key\":\"a\",\"value\":\"1\"}");
        assertThat(set.status()).isEqualTo(201);
        assertThat(admin.get(href).json().path("pulp_labels")).hasToString("{\"a\":\"1\"}");
        var unset = send("POST", href + "unset_label/", "{\"key\":\"a\"}");
        assertThat(unset.json()).hasToString("{\"key\":\"a\",\"value\":\"1\"}");
        assertThat(send("POST", href + "unset_label/", "{\"key\":\"a\"}").status())
                .isEqualTo(400);
    }

    @ParameterizedTest(name = "{0} takes in {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "name=list-b                                 | list-b",
                "name__in=list-a,list-b                      | list-b list-a",
                "name__in=list-a&name__in=list-b             | list-b list-a",
                "name__contains=st-                          | list-c list-b list-a",
                "name__contains=ST-                          | ",
                "name__icontains=ST-                         | list-c list-b list-a",
                "name__iexact=LIST-A                         | list-a",
                "name__startswith=list-                      | list-c list-b list-a",
                "name__istartswith=LIST-                     | list-c list-b list-a",
                "name__regex=%5Elist-[ac]$                   | list-c list-a",
                "name__iregex=%5ELIST-[ac]$                  | list-c list-a",
                "pulp_label_select=list-kind=x               | list-a",
                "pulp_label_select=list-kind!=x              | list-b",
                "pulp_label_select=list-kind~Y               | list-b",
                "pulp_label_select=list-kind                 | list-b list-a",
                "pulp_label_select=!list-kind&name__startswith=list- | list-c",
                "q=name=list-a                               | list-a",
                "q=name=list-a OR name=list-b                | list-b list-a",
                "q=name__startswith='list-' AND NOT name=\"list-b\" | list-c list-a",
                "q=NOT (name=list-a OR name=list-b) AND name__contains=list- | list-c",
                "name__startswith=list-&ordering=name        | list-a list-b list-c",
                "name__startswith=list-&ordering=-url,name   | list-b list-a list-c",
                "name__startswith=list-&ordering=rate_limit  | list-c list-a list-b",
                "name__startswith=list-&limit=2              | list-c list-b",
                "name__startswith=list-&limit=2&offset=2     | list-a",
                "name__startswith=list-&limit=1&offset=1&ordering=name | list-b",
                "name__startswith=list-&pulp_last_updated__gt=2020-01-01T00:00:00Z | list-c list-b list-a",
                "name__startswith=list-&pulp_last_updated__lt=2020-01-01 | ",
                "name__startswith=list-&pulp_last_updated__range=2020-01-01,2999-01-01 | list-c list-b list-a",
                "name__startswith=list-&pulp_last_updated__isnull=true | ",
            })
    void lists_filter_order_and_page(String query, String expected) {
        if (names("name=list-a").isEmpty()) {
            create("list-a", ",\"pulp_labels\":{\"list-kind\":\"x\"},\"rate_limit\":9");
            create("list-b", ",\"pulp_labels\":{\"list-kind\":\"y\"}");
            create("list-c", ",\"rate_limit\":1");
            send(
                    "PATCH",
                    admin.get(REMOTES + "?name=list-b")
                            .json()
                            .at("/results/0/pulp_href")
                            .asText(),
                    "{\"url\":\"https://z.test\"}");
        }

        assertThat(names(query.replace(" ", "%20").replace("\"", "%22")))
                .containsExactly(expected == null ? new String[0] : expected.split(" "));
    }

    @Test
    void an_order_that_is_named_ten_thousand_times_is_one() {
        create("order-a", "");
        create("order-b", "");

        assertThat(names("name__startswith=order-&ordering=" + "-name,".repeat(9_000) + "-name"))
                .containsExactly("order-b", "order-a");
    }

    @Test
    void a_regular_expression_that_takes_too_long_is_refused() {
        create("regex-" + "a".repeat(20_000), "");

        for (String regex : List.of("(a%7Cb)*c", "(a*)*c")) {
            var answer = admin.get(REMOTES + "?name__regex=" + regex);
            assertThat(answer.status()).as(regex).isEqualTo(400);
            assertThat(answer.json().path("detail").asText()).contains("simpler");
        }
    }

    @Test
    void pages_are_chained() {
        create("page-a", "");
        create("page-b", "");
        create("page-c", "");

        JsonNode first = admin.get(REMOTES + "?name__startswith=page-&limit=2&fields=name")
                .json();
        JsonNode second = admin.get(first.path("next").asText()).json();

        assertThat(first.path("count").asInt()).isEqualTo(3);
        assertThat(first.path("previous").isNull()).isTrue();
        assertThat(second.path("results")).hasToString("[{\"name\":\"page-a\"}]");
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(admin.get(second.path("previous").asText()).json().path("results"))
                .isEqualTo(first.path("results"));
    }

    @Test
    void resources_are_found_by_every_kind_of_reference() {
        JsonNode remote = create("referenced", "");
        String href = remote.path("pulp_href").asText();
        String id = href.substring(REMOTES.length(), href.length() - 1);

        assertThat(names("pulp_href__in=" + href)).containsExactly("referenced");
        assertThat(names("prn__in=" + remote.path("prn").asText())).containsExactly("referenced");
        assertThat(names("pulp_id__in=" + id)).containsExactly("referenced");
        assertThat(names("pulp_href__in=" + (href + ",").repeat(500) + href)).containsExactly("referenced");
        assertThat(admin.get("/pulp/api/v3/remotes/?pulp_type=container.container&name=referenced")
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest(name = "{0} is refused under {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "colour=red                      | errors",
                "name__colour=red                | errors",
                "pulp_type=container.container   | errors",
                "ordering=colour                 | ordering",
                "ordering=password               | ordering",
                "name__regex=(                   | name__regex",
                "pulp_last_updated=yesterday     | pulp_last_updated",
                "pulp_label_select=(             | pulp_label_select",
                "q=name                          | q",
                "q=colour=red                    | q",
                "q=name=a AND                    | q",
                "q=(name=a                       | q",
                "pulp_label_select=TERMS         | pulp_label_select",
                "q=name=a TERMS_OF_Q             | q",
                "q=TERMS_NOT name=a              | q",
                "q=name=a OR name=b OR name=c OR name=d OR name=e OR name=f OR name=g OR name=h OR name=i | q",
            })
    void filters_that_mean_nothing_are_told(String query, String key) {
        String whole = query.replace("TERMS_OF_Q", "OR name=a ".repeat(4_000).strip())
                .replace("TERMS_NOT", "NOT ".repeat(8_000).strip())
                .replace("TERMS", "a,".repeat(10_000) + "a");
        var answer = admin.get(REMOTES + "?" + whole.replace(" ", "%20"));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path(key).path(0).asText()).contains(" ");
    }
}
