package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.server.RegistryClient.Answer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Receipts as the server makes and takes them. */
@QuarkusTest
class ReceiptTransferTest {
    private static final String EXPORT = PulpClient.API + "repositories/export/";
    private static final String IMPORT = PulpClient.API + "repositories/import/";
    private static final String RECEIPT = PulpClient.API + "repositories/receipt/";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();

    private String href(String name) {
        return pulp.get(PulpClient.REPOSITORIES + "?name=" + name)
                .at("/results/0/pulp_href")
                .asText();
    }

    private Answer named(String path, String name, String more) {
        return pulp.send("POST", path, "{\"repositories\":[\"" + href(name) + "\"]" + more + "}");
    }

    private String key() {
        String pem = pulp.get(PulpClient.API + "bundle_key/").path("public_key").asText();
        byte[] key = Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\n", ""));
        return Base64.getUrlEncoder().encodeToString(key);
    }

    private String imported(String name) {
        Answer answer = admin.send(
                "POST",
                IMPORT + "?create_repositories=true&map=" + name.replace("/", "%2F") + "%3Dreceipts%2Fcopy&trusted_key="
                        + key(),
                named(EXPORT, name, "").body(),
                "Content-Type",
                "application/x-tar");
        assertThat(answer.status()).as(() -> new String(answer.body(), UTF_8)).isEqualTo(200);
        return "receipts/copy";
    }

    private static void refused(Answer answer, String sentence) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(new String(answer.body(), UTF_8)).contains(sentence);
    }

    @Test
    void what_a_receipt_names_is_left_out_of_the_next_export() {
        String name = "receipts/app";
        admin.pushImage(name, "1", "large".repeat(50_000));
        refused(named(RECEIPT, name, ""), "Nothing was imported");
        Answer answer = named(RECEIPT, imported(name), "");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode receipt = answer.json().path("receipt");
        assertThat(receipt.asText()).startsWith("lading receipt 1\n").contains("receipts%2Fapp");
        admin.pushImage(name, "2", "large".repeat(50_000));
        String more = ",\"dry_run\":true,\"receipt\":" + receipt;

        JsonNode told = named(EXPORT, name, more + ",\"receipt_keys\":[\"" + key() + "\"]")
                .json();

        assertThat(told.path("held_blobs").asInt()).isEqualTo(2);
        refused(named(EXPORT, name, more), "may have signed the receipt");
        refused(named(EXPORT, name, more + ",\"receipt_unsigned\":true"), "not trusted");
        refused(named(EXPORT, name, more + ",\"receipt_keys\":[\"AAAA\"]"), "no public key");
        refused(named(EXPORT, name, ",\"receipt\":\"text\",\"receipt_unsigned\":true"), "no receipt");
        assertThat(pulp.send("POST", RECEIPT, "{\"repositories\":[]}").status()).isEqualTo(400);
    }
}
