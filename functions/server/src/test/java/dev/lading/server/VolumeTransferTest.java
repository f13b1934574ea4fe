package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes of bundles as the server sends and takes them. */
@QuarkusTest
class VolumeTransferTest {
    private static final String EXPORT = PulpClient.API + "repositories/export/";
    private static final String IMPORT = PulpClient.API + "repositories/import/";
    private static final int SIZE = 300_000;

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();

    private String href(String name) {
        return pulp.get(PulpClient.REPOSITORIES + "?name=" + name)
                .at("/results/0/pulp_href")
                .asText();
    }

    private Answer export(String name, String more) {
        return pulp.send("POST", EXPORT, "{\"repositories\":[\"" + href(name) + "\"]" + more + "}");
    }

    private List<byte[]> volumes(String name) {
        String size = ",\"volume_size\":" + SIZE;
        JsonNode told = export(name, size + ",\"dry_run\":true").json();
        String same = size + ",\"versions\":" + told.path("versions") + ",\"bundle\":" + told.path("bundle");
        List<byte[]> volumes = new ArrayList<>();
        for (int number = 1; number <= told.path("volumes").asInt(); number++) {
            Answer answer = export(name, same + ",\"volume\":" + number);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).hasSizeLessThanOrEqualTo(SIZE);
            volumes.add(answer.body());
        }
        return volumes;
    }

    private String query(String from) {
        String pem = pulp.get(PulpClient.API + "bundle_key/").path("public_key").asText();
        byte[] key = Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\n", ""));
        return "?trusted_key=" + Base64.getUrlEncoder().encodeToString(key) + "&create_repositories=true&map="
                + from.replace("/", "%2F") + "%3D" + from.replace("/", "%2F") + "-copy";
    }

    private Answer send(RegistryClient client, String query, byte[] volume) {
        return client.send("POST", IMPORT + query, volume, "Content-Type", "application/x-tar");
    }

    private static List<Integer> missing(Answer answer) {
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
        List<Integer> missing = new ArrayList<>();
        answer.json().path("missing_volumes").forEach(number -> missing.add(number.asInt()));
        return missing;
    }

    @Test
    void volumes_are_taken_in_any_order_and_make_one_import() {
        String name = "volumes/app";
        admin.pushImage(name, "1", "large".repeat(80_000));
        List<byte[]> volumes = volumes(name);
        assertThat(volumes).hasSize(3);
        String query = query(name);

        assertThat(missing(send(admin, query, volumes.get(2)))).containsExactly(1, 2);
        assertThat(missing(send(admin, query + "&dry_run=true", volumes.get(0))))
                .containsExactly(1, 2);
        assertThat(missing(send(admin, query, volumes.get(0)))).containsExactly(2);
        assertThat(admin.get("/v2/" + name + "-copy/manifests/1").status()).isEqualTo(404);
        byte[] flipped = volumes.get(1).clone();
        flipped[flipped.length / 2] ^= 1;
        Answer refused = send(admin, query, flipped);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(new String(refused.body(), UTF_8)).contains("volume 2 of 3");

        Answer last = send(admin, query, volumes.get(1));
        assertThat(missing(last)).isEmpty();
        assertThat(last.json().at("/repositories/0/newest").asInt()).isEqualTo(1);
        assertThat(last.json().path("volume").asInt()).isEqualTo(2);
        assertThat(admin.get("/v2/" + name + "-copy/manifests/1").body())
                .isEqualTo(admin.get("/v2/" + name + "/manifests/1").body());
    }

    @Test
    void a_volume_of_what_has_changed_is_refused() {
        String name = "volumes/changed";
        admin.pushImage(name, "1", "one");
        String more = ",\"volume_size\":" + SIZE + ",\"volume\":1,\"bundle\":\"sha256:other\"";

        Answer answer = export(name, more);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(new String(answer.body(), UTF_8)).contains("belong to another bundle");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"volume_size\":10'                     | too small",
                "'\"volume_size\":0'                      | volume_size",
                "'\"volume_size\":300000'                 | say which of the 1 volumes",
                "'\"volume_size\":300000,\"volume\":2'    | there are 1 volumes",
                "'\"volume\":1'                           | say volume_size"
            })
    void what_means_nothing_is_refused_by_a_sentence(String more, String sentence) {
        admin.pushImage("volumes/refused", "1", "refused");

        Answer answer = export("volumes/refused", "," + more);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains(sentence);
    }

    @Test
    void whoever_may_not_write_the_target_stages_no_volume() {
        String name = "volumes/theirs";
        admin.pushImage(name, "1", "theirs");
        byte[] volume = volumes(name).getFirst();
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"volumes\",\"password\":\"battery staple\"}");

        Answer answer = send(RegistryClient.basic("volumes", "battery staple"), query(name), volume);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(new String(answer.body(), UTF_8)).contains("you may not change repository");
    }
}
