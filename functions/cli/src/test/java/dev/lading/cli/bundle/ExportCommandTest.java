package dev.lading.cli.bundle;

import static dev.lading.cli.FakeServer.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.cli.CommandRun;
import dev.lading.cli.CommandRun.Outcome;
import dev.lading.cli.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportCommandTest {
    private static final String EXPORT = "POST /pulp/api/v3/repositories/export/";

    @TempDir
    Path home;

    private FakeServer server;
    private CommandRun shell;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        shell = new CommandRun(home)
                .with("XDG_CONFIG_HOME", home.toString())
                .with("LADING_URL", server.url())
                .with("LADING_ADMIN_PASSWORD", "correct horse");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String request(String more) {
        return EXPORT + " {\"versions\":[%s],\"start_versions\":[%s],\"repositories\":[\"" + REPOSITORY
                + "\"],\"allow_missing\":" + more + "}";
    }

    private static String version(int number) {
        return "\"" + REPOSITORY + "versions/" + number + "/\"";
    }

    @Test
    void a_bundle_is_a_file_once_it_is_whole() {
        server.reply(EXPORT, 200, "bundle");

        Outcome outcome = shell.run("export", "team/app", "--output", "out.tar", "--quiet");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).startsWith("wrote 6 bytes, sha256 ");
        assertThat(home.resolve("out.tar")).hasContent("bundle");
        assertThat(server.requests()).contains(request("false").formatted("", ""));
        assertThat(shell.run("export", "team/app", "--output", "out.tar").err())
                .contains("there is a file", "out.tar already");
        assertThat(shell.run("export", "team/app", "-o", "json.tar", "--json", "-q")
                        .out()
                        .replaceAll("\\s", ""))
                .matches("\\{\"file\":\"json.tar\",\"bytes\":6,\"sha256\":\"[0-9a-f]{64}\"}");
    }

    @Test
    void it_goes_to_standard_output_alone() {
        server.reply(EXPORT, 200, "bundle");

        Outcome outcome = shell.run("export", "team/app", "-o", "-", "-q");

        assertThat(outcome.out()).isEqualTo("bundle");
        assertThat(outcome.err()).startsWith("wrote 6 bytes, sha256 ");
    }

    @Test
    void a_distribution_names_its_repository_and_the_version_it_is_pinned_to() {
        String distributions = "GET /pulp/api/v3/distributions/container/container/"
                + "?fields=repository,repository_version&limit=1&base_path=";
        String served = "{\"results\":[{\"repository\":%s,\"repository_version\":%s}]}";
        server.reply(distributions + "live%2Fapp", 200, served.formatted("null", version(3)));
        server.reply(distributions + "newest", 200, served.formatted("\"" + REPOSITORY + "\"", "null"));
        server.reply(distributions + "nothing", 200, served.formatted("null", "null"));
        server.reply(EXPORT, 200, "bundle");

        assertThat(shell.run("export", "--distribution", "live/app", "-o", "a.tar")
                        .exitCode())
                .isZero();
        assertThat(server.requests()).contains(request("false").formatted(version(3), ""));
        assertThat(shell.run("export", "--distribution", "newest", "-o", "b.tar")
                        .exitCode())
                .isZero();
        assertThat(server.requests()).contains(request("false").formatted("", ""));
        assertThat(shell.run("export", "--distribution", "nothing", "-o", "c.tar")
                        .err())
                .contains("serves no repository");
        assertThat(shell.run("export", "-o", "c.tar").err()).contains("name a repository");
    }

    @Test
    void versions_are_named() {
        server.reply(EXPORT, 200, "bundle");

        assertThat(shell.run("export", "team/app@5", "--since", "3", "--allow-missing", "-o", "-")
                        .exitCode())
                .isZero();
        assertThat(shell.run("export", "team/app", "--since", "team/app@4", "-o", "-")
                        .exitCode())
                .isZero();
        assertThat(server.requests())
                .contains(request("true").formatted(version(5), version(3)))
                .contains(request("false").formatted("", version(4)));
    }

    @Test
    void what_a_bundle_would_hold_is_told() {
        String summary = "{\"files\":7,\"bytes\":1000,\"held_blobs\":2,\"held_bytes\":900,\"missing_blobs\":1}";
        server.reply(EXPORT, 200, summary);

        Outcome outcome = shell.run("export", "team/app", "--dry-run");

        assertThat(outcome.out())
                .isEqualTo("7 files of 1000 bytes; left out, since the other side holds them: 2 blobs of 900 bytes;"
                        + " missing, since they were not fetched: 1 blobs\n");
        assertThat(shell.run("export", "team/app", "--dry-run", "--json").out().replaceAll("\\s", ""))
                .isEqualTo(summary);
    }

    private void writesToS3(String sha256) {
        String exporters = "/pulp/api/v3/exporters/core/pulp/";
        server.reply(EXPORT, 501, "{\"detail\": \"functions send no bundles\"}")
                .reply("POST " + exporters, 201, "{\"pulp_href\": \"" + exporters + "7/\"}")
                .reply("POST " + exporters + "7/exports/", 202, "{\"task\": \"" + FakeServer.TASK + "\"}")
                .reply(
                        "GET " + FakeServer.TASK,
                        200,
                        "{\"state\": \"completed\", \"finished_at\": \"now\", \"created_resources\": [\"" + exporters
                                + "7/exports/8/\"]}")
                .reply(
                        "GET " + exporters + "7/exports/8/",
                        200,
                        "{\"output_file_info\": {\"s3://b/a.tar\": \"" + sha256 + "\"}, \"download_url\": \""
                                + server.url() + "/b/a.tar?signed\"}")
                .reply("GET /b/a.tar?signed", 200, "bundle")
                .reply("DELETE " + exporters + "7/", 202, "{\"task\": \"" + FakeServer.TASK + "\"}");
    }

    @Test
    void functions_write_to_s3_what_they_cannot_send() {
        writesToS3("1e6ed65d77d6364eeaed5a745ba5c4985ae2b700dd85d7cf7f027bdf294a33fc");

        Outcome outcome = shell.run("export", "team/app@5", "--since", "3", "-o", "out.tar", "-q");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(home.resolve("out.tar")).hasContent("bundle");
        assertThat(server.requests())
                .contains("POST /pulp/api/v3/exporters/core/pulp/7/exports/ {\"full\":false,\"versions\":[" + version(5)
                        + "],\"start_versions\":[" + version(3) + "]}")
                .endsWith("DELETE /pulp/api/v3/exporters/core/pulp/7/");
        int link = server.requests().indexOf("GET /b/a.tar?signed");
        assertThat(server.passwords().get(link)).isEqualTo("null");
    }

    @Test
    void what_came_otherwise_from_s3_is_no_file() {
        writesToS3("0".repeat(64));

        Outcome outcome = shell.run("export", "team/app", "-o", "out.tar", "-q");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("what came is not what was written");
        assertThat(home.resolve("out.tar")).doesNotExist();
        assertThat(server.requests()).endsWith("DELETE /pulp/api/v3/exporters/core/pulp/7/");
        assertThat(shell.run("export", "team/app", "-o", "out.tar", "-q", "--allow-missing")
                        .exitCode())
                .isEqualTo(2);
    }

    private static final String CUT = "{\"bundle\":\"sha256:ab\",\"volumes\":3,\"versions\":[\"/v/7/\"]}";

    @Test
    void volumes_are_files_of_the_versions_that_were_there_first() {
        server.reply(EXPORT, 200, CUT);
        server.reply(EXPORT, 200, "one");
        server.reply(EXPORT, 200, "two");
        server.reply(EXPORT, 200, "three");

        Outcome outcome = shell.run("export", "team/app", "--volume-size", "4GiB", "-o", "out.tar", "-q");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("out.tar.003, volume 3 of 3: 5 bytes");
        assertThat(home.resolve("out.tar.001")).hasContent("one");
        assertThat(home.resolve("out.tar.003")).hasContent("three");
        assertThat(home.resolve("out.tar")).doesNotExist();
        assertThat(server.requests())
                .last()
                .asString()
                .contains("\"volume_size\":4294967296")
                .contains("\"versions\":[\"/v/7/\"]")
                .contains("\"bundle\":\"sha256:ab\"")
                .contains("\"volume\":3")
                .doesNotContain("dry_run");
    }

    @Test
    void a_receipt_is_sent_with_the_keys_that_may_have_signed_it() throws IOException {
        Files.writeString(home.resolve("r.txt"), "lading receipt 1\nmore\n");
        Files.writeString(
                home.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw+/+/\n-----END PUBLIC KEY-----\n");
        server.reply(EXPORT, 200, "bundle");

        Outcome outcome =
                shell.run("export", "team/app", "--receipt", "r.txt", "--trust", "key.pem", "-o", "out.tar", "-q");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(server.requests())
                .last()
                .asString()
                .contains("\"receipt\":\"lading receipt 1\\nmore\\n\"")
                .contains("\"receipt_keys\":[\"MCowBQYDK2Vw-_-_\"]");
        assertThat(shell.run("export", "team/app", "--receipt", "key.pem", "--unsigned", "-o", "x")
                        .err())
                .contains("is no receipt");
    }

    @Test
    void a_volume_is_made_again_alone() {
        server.reply(EXPORT, 200, CUT);
        server.reply(EXPORT, 200, "two");

        Outcome outcome = shell.run(
                "export", "team/app", "--volume-size", "700MiB", "--volume", "2", "-o", "out.tar", "-q", "--json");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("out.tar.002");
        assertThat(home.resolve("out.tar.002")).hasContent("two");
        assertThat(home.resolve("out.tar.001")).doesNotExist();
        server.only(EXPORT, 200, CUT);
        assertThat(shell.run("export", "team/app", "--volume-size", "9", "--volume", "4", "-o", "x")
                        .err())
                .contains("there are 3 volumes");
        assertThat(shell.run("export", "team/app", "--volume-size", "9", "--volume", "2", "-o", "out.tar")
                        .err())
                .contains("there is a file");
    }

    @ParameterizedTest
    @CsvSource({"409, 1", "400, 1", "403, 3", "429, 3"})
    void what_the_server_refuses_leaves_no_file(int status, int exitCode) throws IOException {
        server.reply(EXPORT, status, "{\"detail\": \"it is so\"}");

        Outcome outcome = shell.run("export", "team/app", "-o", "out.tar", "-q");

        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.err()).contains("it is so");
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("out"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "export",
        "export team/app",
        "export team/app -o - --json",
        "export team/app --since other@3 -o -",
        "export team/app --since newest -o -",
        "export team/app --receipt r.txt -o x.tar",
        "export team/app --unsigned -o x.tar",
        "export team/app --receipt absent.txt --unsigned -o x.tar",
        "export team/app --volume 3 -o x.tar",
        "export team/app --volume-size 4GiB -o -",
        "export team/app --volume-size 4GB -o x.tar",
        "export team/app --volume-size 0 -o x.tar",
        "export team/app --volume-size 9999999TiB -o x.tar"
    })
    void what_means_nothing_is_refused(String typed) {
        Outcome outcome = shell.run(typed.split(" "));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(server.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void the_key_that_signs_is_printed_as_a_file() {
        String pem = "-----BEGIN PUBLIC KEY-----\nMCow+/=\n-----END PUBLIC KEY-----\n";
        String path = "GET /pulp/api/v3/bundle_key/";
        server.reply(path, 200, "{\"name\":\"ab\",\"public_key\":\"" + pem.replace("\n", "\\n") + "\"}");

        assertThat(shell.run("keys", "bundle").out()).isEqualTo(pem);
        server.only(path, 200, "{\"public_key\":\"\\u001b[2J\"}");
        assertThat(shell.run("keys", "bundle").exitCode()).isEqualTo(3);
    }
}
