package dev.lading.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.cli.CommandRun;
import dev.lading.cli.CommandRun.Outcome;
import dev.lading.cli.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuildCommandTest {
    private static final String BASE = "/pulp/api/v3/repositories/container/container/0196/";
    private static final String A = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    private static final String B = "sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
    private static final String DECLARATION = """
            base: bases/java:21
            files:
              - {from: app, to: /app}
              - {from: run.sh, to: /run.sh, mode: "0700"}
            environment: {A: "1"}
            entrypoint: [/run.sh]
            """;

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
        server.reply(
                "GET /pulp/api/v3/repositories/container/container/?fields=pulp_href&limit=1&name=bases%2Fjava",
                200, "{\"count\": 1, \"results\": [{\"pulp_href\": \"" + BASE + "\"}]}");
        server.reply("POST " + FakeServer.REPOSITORY + "declare_image/", 202, "{\"task\":\"" + FakeServer.TASK + "\"}");
        server.reply(
                "GET " + FakeServer.TASK,
                200,
                "{\"pulp_href\":\"" + FakeServer.TASK
                        + "\",\"state\":\"completed\",\"finished_at\":\"2026-01-01T00:00:00Z\",\"created_resources\":[\""
                        + FakeServer.REPOSITORY + "versions/3/\"]}");
        Files.createDirectories(home.resolve("app"));
        Files.writeString(home.resolve("app/a.jar"), "a");
        Files.writeString(home.resolve("run.sh"), "b");
        Files.writeString(home.resolve("image.yaml"), DECLARATION);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void files_that_are_not_there_are_pushed_and_the_image_declared() {
        server.reply("HEAD /v2/team/app/blobs/" + A, 200, "");
        server.reply("HEAD /v2/team/app/blobs/" + B, 404, "");
        server.reply(
                "POST /v2/team/app/blobs/uploads/",
                new FakeServer.Reply(202, Map.of("Location", "/v2/team/app/blobs/uploads/1?state=x"), ""));
        server.reply(
                "PATCH /v2/team/app/blobs/uploads/1?state=x",
                new FakeServer.Reply(202, Map.of("Location", "/v2/team/app/blobs/uploads/1?state=y"), ""));
        server.reply(
                "PUT /v2/team/app/blobs/uploads/1?state=y&digest=" + B,
                new FakeServer.Reply(201, Map.of("Location", "/v2/team/app/blobs/" + B), ""));

        Outcome outcome =
                shell.run("build", "--declare", "image.yaml", "--tag", "team/app:1", "-t", "team/app:2", "--quiet");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo("team/app is at version 3, which holds the image as 1, 2\n");
        assertThat(server.requests()).contains("PATCH /v2/team/app/blobs/uploads/1?state=x b");
        assertThat(server.requests())
                .contains("POST " + FakeServer.REPOSITORY + "declare_image/ {\"environment\":{\"A\":\"1\"},"
                        + "\"entrypoint\":[\"/run.sh\"],\"base\":\"21\",\"tags\":[\"1\",\"2\"],\"files\":[{\"path\":\"/app/a.jar\",\"digest\":\""
                        + A
                        + "\",\"mode\":\"0644\"},{\"path\":\"/run.sh\",\"digest\":\"" + B
                        + "\",\"mode\":\"0700\"}],\"base_repository\":\"" + BASE + "\"}");
    }

    @Test
    void a_base_that_is_not_there_is_named_whatever_is_pushed_meanwhile() throws IOException {
        Files.writeString(home.resolve("image.yaml"), DECLARATION.replace("bases/java", "bases/none"));
        server.reply(
                "GET /pulp/api/v3/repositories/container/container/?fields=pulp_href&limit=1&name=bases%2Fnone",
                200, "{\"count\": 0, \"results\": []}");
        server.reply("HEAD /v2/team/app/blobs/" + A, 200, "");
        server.reply("HEAD /v2/team/app/blobs/" + B, 200, "");

        Outcome outcome = shell.run("build", "--declare", "image.yaml", "--tag", "team/app:1");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("there is no repository 'bases/none'");
        assertThat(server.requests()).noneMatch(request -> request.contains("declare_image"));
    }

    @Test
    void an_image_without_files_makes_its_repository_too() throws IOException {
        Files.writeString(home.resolve("image.yaml"), "base: bases/java:21");
        String uploads = "/v2/team/app/blobs/uploads/";
        server.reply("HEAD /v2/team/app/blobs/" + FakeServer.OF_NOTHING, 404, "");
        server.reply("POST " + uploads, new FakeServer.Reply(202, Map.of("Location", uploads + "1?state=x"), ""));
        String end = "PUT " + uploads + "1?state=x&digest=" + FakeServer.OF_NOTHING;
        server.reply(end, new FakeServer.Reply(201, Map.of("Location", "/v2/team/app/blobs/1"), ""));

        Outcome outcome = shell.run("build", "--declare", "image.yaml", "--tag", "team/app:1", "--quiet");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(server.requests()).contains(end);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "files: []                                      | base is missing",
                "base: java                                     | base must be an image of this registry",
                "'base: \"a:1\"\nfiles: [{from: none, to: /x}]' | there is no",
                "'base: \"a:1\"\nfiles: [{from: run.sh}]'       | to of a file is missing",
                "'base: \"a:1\"\nfiles: [{fro: x}]'             | no 'fro'",
                "'base: \"a:1\"\nfiles: run.sh'               | files must be a list",
                "'base: \"a:1\"\nfiles: [{from: run.sh, to: /x, mode: 0644}]' | mode of a file, in quotes, is missing",
                "'base: \"a:1\"\nentrypiont: [x]'               | there is no field 'entrypiont'",
                "'base: \"a:1\"\nbase: \"a:2\"'                 | is not YAML",
                "'base: \"a:1\"\nlabels: &l {a: b}\nuser: *l'     | the alias *l",
                "'base: \"a:1\"\nlabels: {<<: *l}\nx: &l {}'    | the alias *l",
                "'base: \"a:1\"\n---\nbase: \"a:2\"'            | is not YAML",
                "'base: [unclosed'                              | is not YAML",
                "'text'                                         | must have fields"
            })
    void what_declares_no_image_is_said_before_anything_is_sent(String text, String sentence) throws IOException {
        Files.writeString(home.resolve("image.yaml"), text);

        Outcome outcome = shell.run("build", "--declare", "image.yaml", "--tag", "team/app:1");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(sentence);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void a_link_is_refused() throws IOException {
        Files.createSymbolicLink(home.resolve("app/link"), Path.of("/etc/passwd"));

        Outcome outcome = shell.run("build", "--declare", "image.yaml", "--tag", "team/app:1");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("app/link is a link");
    }

    @Test
    void one_image_goes_to_one_repository() {
        assertThat(shell.run("build", "--declare", "image.yaml", "-t", "team/app:1", "-t", "team/b:1")
                        .err())
                .contains("one repository");
        assertThat(shell.run("build", "--declare", "image.yaml", "-t", "host:5000/app")
                        .err())
                .contains("a repository and a tag");
    }
}
