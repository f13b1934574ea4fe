package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bundles as they are sent to the server. */
@QuarkusTest
class ImportTest {
    private static final String EXPORT = PulpClient.API + "repositories/export/";
    private static final String IMPORT = PulpClient.API + "repositories/import/";
    private static final String TAR = "application/x-tar";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();

    private byte[] exported(String name) {
        String href = pulp.get(PulpClient.REPOSITORIES + "?name=" + name)
                .at("/results/0/pulp_href")
                .asText();
        Answer answer = pulp.send("POST", EXPORT, "{\"repositories\":[\"" + href + "\"]}");
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    private String trusted() {
        String pem = pulp.get(PulpClient.API + "bundle_key/").path("public_key").asText();
        byte[] key = Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\n", ""));
        return "trusted_key=" + Base64.getUrlEncoder().encodeToString(key);
    }

    private static String mapped(String from, String to) {
        return "&map=" + URLEncoder.encode(from + "=" + to, UTF_8);
    }

    private static Answer send(RegistryClient client, String query, byte[] bundle) {
        return client.send("POST", IMPORT + "?" + query, bundle, "Content-Type", TAR);
    }

    private JsonNode taken(String query, byte[] bundle) {
        Answer answer = send(admin, query, bundle);
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
        return answer.json();
    }

    private JsonNode newest(String name) {
        String latest = pulp.get(PulpClient.REPOSITORIES + "?name=" + name)
                .at("/results/0/latest_version_href")
                .asText();
        return pulp.get(latest);
    }

    @Test
    void a_bundle_becomes_the_versions_that_it_holds() {
        admin.pushImage("imports/source", "1", "one");
        admin.pushImage("imports/source", "2", "two");
        byte[] bundle = exported("imports/source");
        String query = trusted() + "&create_repositories=true" + mapped("imports/source", "imports/target");

        JsonNode told = taken(query + "&dry_run=true", bundle);
        assertThat(told.at("/repositories/0/versions").asInt()).isEqualTo(2);
        assertThat(pulp.get(PulpClient.REPOSITORIES + "?name=imports/target")
                        .path("count")
                        .asInt())
                .isZero();

        JsonNode report = taken(query, bundle);
        assertThat(report.at("/repositories/0/name").asText()).isEqualTo("imports/target");
        assertThat(report.at("/repositories/0/newest").asInt()).isEqualTo(2);
        assertThat(report.at("/distributions/0").asText()).isEqualTo("imports/target");
        assertThat(report.path("signer").asText()).hasSize(64);
        JsonNode source = newest("imports/source");
        JsonNode target = newest("imports/target");
        assertThat(target.path("number").asInt()).isEqualTo(2);
        assertThat(target.path("source_created")).isEqualTo(source.path("pulp_created"));
        assertThat(source.path("source_created").isNull()).isTrue();
        assertThat(admin.get("/v2/imports/target/manifests/1").body())
                .isEqualTo(admin.get("/v2/imports/source/manifests/1").body());
        assertThat(RegistryClient.anonymous()
                        .get("/v2/imports/target/manifests/1")
                        .status())
                .isEqualTo(401);

        assertThat(taken(query, bundle).at("/repositories/0/versions").asInt()).isZero();
        assertThat(newest("imports/target")).isEqualTo(target);
    }

    @Test
    void a_bundle_may_be_larger_than_other_bodies() {
        String name = "imports/large";
        var digest = RegistryClient.digest(admin.pushImage(name, "1", "large".repeat(300_000)));
        String query = trusted() + "&create_repositories=true" + mapped(name, name + "-copy");
        byte[] bundle = exported(name);
        assertThat(bundle).hasSizeGreaterThan(1024 * 1024);

        assertThat(taken(query, bundle).at("/repositories/0/newest").asInt()).isEqualTo(1);
        assertThat(admin.get("/v2/" + name + "-copy/manifests/" + digest).status())
                .isEqualTo(200);
        byte[] flipped = bundle.clone();
        flipped[bundle.length - 2000] ^= 1;
        refused(trusted() + "&create_repositories=true" + mapped(name, name + "-never"), flipped, "blobs/sha256/");
    }

    @Test
    void what_is_not_whole_or_not_trusted_is_refused_by_a_sentence() {
        admin.pushImage("imports/refused", "1", "refused");
        byte[] bundle = exported("imports/refused");
        String to = "&create_repositories=true" + mapped("imports/refused", "imports/never");
        byte[] flipped = bundle.clone();
        flipped[bundle.length - 3000] ^= 1;

        refused(trusted() + to, flipped, "blobs/sha256/");
        refused(trusted() + to, Arrays.copyOf(bundle, bundle.length - 600), "cut");
        refused(trusted() + to, new byte[2000], "no bundle");
        refused("unsigned=true" + to, bundle, "is not trusted");
        refused(trusted() + mapped("imports/refused", "imports/never"), bundle, "there is no repository");
        refused(trusted() + "&map=unknown%3Dother", bundle, "no repository 'unknown'");
        refused(trusted() + "&create_repositories=true", exported("imports/refused"), "not imported from");
        assertThat(pulp.get(PulpClient.REPOSITORIES + "?name=imports/never")
                        .path("count")
                        .asInt())
                .isZero();
    }

    private void refused(String query, byte[] bundle, String sentence) {
        Answer answer = send(admin, query, bundle);
        assertThat(answer.status()).as(query).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "unsigned=true&trusted_key=AAAA, no public key",
        "unsigned=perhaps, unsigned",
        "trusted_key=%25, no public key",
        "unsigned=true&map=name, a name here",
        "unsigned=true&map=a%3Db&map=a%3Dc, mapped twice",
        "unsigned=true&other=1, no such field"
    })
    void what_is_said_beside_the_bundle_must_mean_something(String query, String sentence) {
        refused(query, new byte[10], sentence);
    }

    @Test
    void where_no_key_is_named_it_is_one_that_the_server_trusts() {
        String keys = PulpClient.API + "trusted_keys/";
        admin.pushImage("imports/trusted", "1", "trusted");
        byte[] bundle = exported("imports/trusted");
        String query = "create_repositories=true" + mapped("imports/trusted", "imports/trusted-copy");
        String pem = pulp.get(PulpClient.API + "bundle_key/").path("public_key").asText();
        refused(query, bundle, "is not trusted");

        Answer trusted = pulp.send("POST", keys, "{\"public_key\":\"" + pem.replace("\n", "\\n") + "\"}");
        assertThat(trusted.status()).isEqualTo(201);
        assertThat(pulp.list(keys, "public_key")).containsExactly(pem);
        JsonNode report = taken(query, bundle);
        assertThat(report.path("signer")).isEqualTo(trusted.json().path("name"));
        assertThat(pulp.get(PulpClient.API + "audit/?limit=20").toString())
                .contains("created trusted-key/" + report.path("signer").asText());

        String href = trusted.json().path("pulp_href").asText();
        assertThat(admin.send("DELETE", href, new byte[0]).status()).isEqualTo(204);
        assertThat(admin.send("DELETE", href, new byte[0]).status()).isEqualTo(404);
        refused(query, bundle, "is not trusted");
        assertThat(pulp.send("POST", keys, "{\"public_key\":\"none\"}").status())
                .isEqualTo(400);
    }

    @Test
    void what_may_be_said_is_in_the_api_document() {
        JsonNode operation = pulp.get(PulpClient.API + "docs/api.json")
                .path("paths")
                .path(IMPORT)
                .path("post");

        assertThat(operation.path("parameters"))
                .extracting(parameter -> parameter.path("in").asText() + " "
                        + parameter.path("name").asText())
                .containsExactlyInAnyOrder(
                        "query dry_run",
                        "query create_repositories",
                        "query as_new_version",
                        "query keep_public",
                        "query unsigned",
                        "query trusted_key",
                        "query map");
    }

    @Test
    void whoever_may_not_change_the_target_imports_nothing_into_it() {
        admin.pushImage("imports/mine", "1", "mine");
        byte[] bundle = exported("imports/mine");
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"importer\",\"password\":\"battery staple\"}");
        RegistryClient user = RegistryClient.basic("importer", "battery staple");
        String query = trusted() + "&create_repositories=true" + mapped("imports/mine", "imports/theirs");

        Answer answer = send(user, query, bundle);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(new String(answer.body(), UTF_8)).contains("you may not change repository 'imports/theirs'");
        assertThat(send(RegistryClient.anonymous(), query, bundle).status()).isEqualTo(401);
    }
}
