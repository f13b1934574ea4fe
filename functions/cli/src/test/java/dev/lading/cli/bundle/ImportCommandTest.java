package dev.lading.cli.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.cli.CommandRun;
import dev.lading.cli.CommandRun.Outcome;
import dev.lading.cli.FakeServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportCommandTest {
    private static final String IMPORT = "POST /pulp/api/v3/repositories/import/?create_repositories=true";
    private static final String REPORT = """
            {"signer":null,"files":3,"bytes":9,"repositories":[{"name":"b","source_name":"a","versions":2,"newest":7}],
             "distributions":[],"taken_distributions":["c"],"missing_blobs":1}""";

    @TempDir
    Path home;

    private FakeServer server;
    private CommandRun shell;
    private String head;
    private String whole;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        shell = new CommandRun(home)
                .with("XDG_CONFIG_HOME", home.toString())
                .with("LADING_URL", server.url())
                .with("LADING_ADMIN_PASSWORD", "correct horse");
        var out = new ByteArrayOutputStream();
        out.writeBytes(entry("lading/checksums", 600));
        out.writeBytes(entry("lading/export.json", 512));
        head = out.toString(US_ASCII);
        out.writeBytes(entry("blobs/sha256/" + "a".repeat(64), 70_000));
        whole = out.toString(US_ASCII);
        Files.writeString(home.resolve("b.tar"), whole, US_ASCII);
    }

    private static byte[] entry(String name, int size) {
        byte[] entry = new byte[512 + (size + 511) / 512 * 512];
        System.arraycopy(name.getBytes(US_ASCII), 0, entry, 0, name.length());
        System.arraycopy("%011o".formatted(size).getBytes(US_ASCII), 0, entry, 124, 11);
        return entry;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void the_beginning_is_checked_before_the_whole_is_sent() {
        server.reply(IMPORT + "&unsigned=true&dry_run=true", 200, REPORT);
        server.reply(IMPORT + "&unsigned=true", 200, REPORT);

        Outcome outcome = shell.run("import", "b.tar", "--unsigned", "--quiet");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo("""
                        b is at version 7, with 2 new versions
                        distribution c was not made: its name or base path is something else's
                        1 blobs are missing: they were not fetched before the export
                        """);
        assertThat(server.requests())
                .endsWith(IMPORT + "&unsigned=true&dry_run=true " + head, IMPORT + "&unsigned=true " + whole);
    }

    @Test
    void what_would_be_made_is_told_by_the_beginning_alone() {
        server.reply(
                IMPORT + "&unsigned=true&as_new_version=true&keep_public=true&map=a%3Db&dry_run=true", 200, REPORT);

        Outcome outcome = shell.run(
                "import",
                "b.tar",
                "--unsigned",
                "--as-new-version",
                "--keep-public",
                "--map",
                "a=b",
                "--dry-run",
                "--json");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("\"newest\"");
        assertThat(server.requests()).noneMatch(request -> request.contains("blobs/sha256"));
    }

    @Test
    void keys_are_sent_as_their_files_have_them() throws IOException {
        Files.writeString(
                home.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw+/+/\n-----END PUBLIC KEY-----\n");
        server.reply(IMPORT + "&trusted_key=MCowBQYDK2Vw-_-_&dry_run=true", 200, REPORT);

        assertThat(shell.run("import", "b.tar", "--trust", "key.pem", "--dry-run")
                        .out())
                .startsWith("b would be at version 7");
        Files.writeString(home.resolve("key.pem"), "secret");
        assertThat(shell.run("import", "b.tar", "--trust", "key.pem").exitCode())
                .isEqualTo(2);
    }

    @Test
    void whom_to_trust_is_the_server_s_to_know() {
        server.reply(IMPORT + "&dry_run=true", 200, REPORT);

        assertThat(shell.run("import", "b.tar", "--dry-run").exitCode()).isZero();
    }

    private static String volume(String bundle, int number, String missing) {
        return REPORT.replaceFirst(
                "\\{",
                "{\"bundle\":\"%s\",\"volume\":%d,\"volumes\":4,\"volume_size\":9,".formatted(bundle, number)
                        + "\"missing_volumes\":[" + missing + "],");
    }

    private static final String TRIED = IMPORT + "&unsigned=true&dry_run=true";
    private static final String SENT = IMPORT + "&unsigned=true";

    private Outcome taken(String... files) throws IOException {
        var typed = new ArrayList<>(List.of("import", "--unsigned", "--quiet"));
        for (String file : files) {
            if (!file.startsWith("--")) {
                Files.writeString(home.resolve(file), whole, US_ASCII);
            }
            typed.add(file);
        }
        return shell.run(typed.toArray(String[]::new));
    }

    private static final String RECEIPT = "POST /pulp/api/v3/repositories/receipt/";

    @Test
    void a_receipt_of_what_was_imported_is_a_file() throws IOException {
        String report = REPORT.replace("\"b\"", "\"team/app\"");
        server.reply(TRIED, 200, report);
        server.reply(SENT, 200, report);
        server.reply(RECEIPT, 200, "{\"receipt\":\"lading receipt 1\\n\"}");

        Outcome outcome = shell.run("import", "b.tar", "--unsigned", "--quiet", "--receipt", "r.txt");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(home.resolve("r.txt")).hasContent("lading receipt 1\n");
        assertThat(server.requests())
                .last()
                .isEqualTo(RECEIPT + " {\"repositories\":[\"" + FakeServer.REPOSITORY + "\"]}");
        Files.writeString(home.resolve("r.txt"), "lading receipt 1\nof last month\n");
        assertThat(shell.run("receipt", "team/app", "--output", "r.txt").exitCode())
                .isZero();
        assertThat(home.resolve("r.txt")).hasContent("lading receipt 1\n");
        assertThat(shell.run("receipt", "team/app", "--output", "b.tar").err()).contains("b.tar is no receipt");
        assertThat(shell.run("receipt", "team/app", "--output", "again.txt").exitCode())
                .isZero();
        server.only(TRIED, 200, volume("a", 3, "1,2,3,4"));
        server.only(SENT, 200, volume("a", 3, "1,2,4"));
        assertThat(taken("3.tar", "--receipt=none.txt").exitCode()).isZero();
        assertThat(home.resolve("none.txt")).doesNotExist();
    }

    @Test
    void volumes_that_are_missing_are_named() throws IOException {
        server.reply(TRIED, 200, volume("a", 3, "1,2,3,4"));
        server.reply(SENT, 200, volume("a", 3, "1,2,4"));

        Outcome outcome = taken("3.tar");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo("volumes 1, 2 and 4 of 4 are missing; nothing is made before they come\n");
    }

    @Test
    void volumes_that_are_here_are_not_sent_again() throws IOException {
        server.reply(TRIED, 200, volume("a", 2, "1,4"));
        server.reply(TRIED, 200, volume("a", 4, "1,4"));
        server.reply(TRIED, 200, volume("a", 1, "1,4"));
        server.reply(SENT, 200, volume("a", 4, "1"));
        server.reply(SENT, 200, volume("a", 1, ""));

        Outcome outcome = taken("2.tar", "4.tar", "1.tar");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).startsWith("b is at version 7");
        assertThat(server.requests().stream().filter(each -> each.startsWith(SENT + " ")))
                .hasSize(2);
    }

    @Test
    void what_broke_off_when_all_were_here_goes_on_by_any_of_them() throws IOException {
        server.reply(TRIED, 200, volume("a", 2, ""));
        server.reply(SENT, 200, volume("a", 2, ""));

        assertThat(taken("2.tar").out()).startsWith("b is at version 7");
    }

    @Test
    void volumes_of_different_bundles_do_not_go_together() throws IOException {
        server.reply(TRIED, 200, volume("a", 2, "1,2"));
        server.reply(TRIED, 200, volume("b", 1, "1,2"));
        Outcome outcome = taken("2.tar", "1.tar");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("1.tar is of another bundle than 2.tar");

        server.only(TRIED, 200, volume("a", 2, "1,2"));
        assertThat(taken("2.tar", "1.tar").err()).contains("1.tar and 2.tar are both volume 2");
        server.only(TRIED, 200, REPORT);
        assertThat(taken("2.tar", "1.tar").err()).contains("2.tar is a whole bundle");
        assertThat(server.requests()).noneMatch(request -> request.startsWith(SENT + " "));
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "403, 3", "429, 3", "501, 3"})
    void what_the_server_refuses_is_not_sent(int status, int exitCode) {
        server.reply(IMPORT + "&unsigned=true&dry_run=true", status, "{\"detail\": \"it is so\"}");

        Outcome outcome = shell.run("import", "b.tar", "--unsigned");

        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.err()).contains("it is so");
        assertThat(server.requests()).noneMatch(request -> request.contains("blobs/sha256"));
    }

    @ParameterizedTest
    @CsvSource({
        "import, 2",
        "import b.tar --unsigned --trust key.pem, 2",
        "import b.tar --trust absent.pem, 2",
        "import absent.tar --unsigned, 1"
    })
    void what_means_nothing_is_refused(String typed, int exitCode) {
        assertThat(shell.run(typed.split(" ")).exitCode()).isEqualTo(exitCode);
        assertThat(server.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void keys_are_trusted_listed_and_distrusted() throws IOException {
        String keys = "POST /pulp/api/v3/trusted_keys/";
        Files.writeString(home.resolve("key.pem"), "a key");
        server.reply(keys, 201, "{\"name\": \"abc1\"}");
        server.reply(
                "GET /pulp/api/v3/trusted_keys/?limit=1000",
                200,
                "{\"results\": [{\"name\": \"abc1\", \"trusted_since\": \"today\", \"pulp_href\": \"/one/\"},"
                        + " {\"name\": \"abd2\", \"pulp_href\": \"/two/\"}]}");
        server.reply("DELETE /one/", 204, "");

        assertThat(shell.run("keys", "trust", "key.pem").out()).isEqualTo("trusts abc1\n");
        assertThat(server.requests()).contains(keys + " {\"public_key\":\"a key\"}");
        assertThat(shell.run("keys", "trusted").out()).startsWith("abc1  since today\nabd2");
        assertThat(shell.run("keys", "distrust", "ab").err()).contains("2 keys begin with");
        assertThat(shell.run("keys", "distrust", "x").err()).contains("no key");
        assertThat(shell.run("keys", "distrust", "abc").out()).isEqualTo("distrusts abc1\n");
        assertThat(shell.run("keys", "trust", "absent").exitCode()).isEqualTo(2);
    }

    @Test
    void a_file_that_is_no_bundle_is_the_server_s_to_refuse() throws IOException {
        Files.writeString(home.resolve("b.tar"), "short");
        server.reply(IMPORT + "&unsigned=true&dry_run=true", 400, "{\"detail\": \"this is no bundle\"}");

        assertThat(shell.run("import", "b.tar", "--unsigned").err()).contains("this is no bundle");
        assertThat(server.requests()).last().asString().endsWith(" short");
    }
}
