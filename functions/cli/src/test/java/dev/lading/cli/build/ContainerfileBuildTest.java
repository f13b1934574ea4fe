package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.cli.CommandRun;
import dev.lading.cli.CommandRun.Outcome;
import dev.lading.cli.FakeServer;
import dev.lading.cli.FakeServer.Reply;
import dev.lading.cli.LadingCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ContainerfileBuildTest {
    private static final String BUILD = "POST " + FakeServer.REPOSITORY + "build_image/";
    private static final String LOG = FakeServer.TASK + "log/";
    private static final String UPLOADS = "/v2/team/app/blobs/uploads/";

    @TempDir
    Path home;

    private FakeServer server;
    private CommandRun shell;
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        Path temporary = Files.createDirectory(home.resolve("tmp"));
        shell = new CommandRun(home)
                .with("XDG_CONFIG_HOME", home.toString())
                .with("TMPDIR", temporary.toString())
                .with("LADING_URL", server.url())
                .with("LADING_ADMIN_PASSWORD", "correct horse");
        folder = Files.createDirectory(home.resolve("app"));
        Files.writeString(folder.resolve("Containerfile"), "FROM bases/java:21\nCOPY a /a\n");
        Files.writeString(folder.resolve("a"), "a");
        Files.writeString(folder.resolve(".dockerignore"), "*\n!a\n");
        Files.writeString(folder.resolve("left-out"), "x");
        server.reply(BUILD, 202, "{\"task\":\"" + FakeServer.TASK + "\"}");
        server.reply("GET " + LOG + " bytes=0-", part(0, "STEP 1\n"));
        server.reply("GET " + LOG + " bytes=7-", 416, "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Reply part(long from, String text) {
        return new Reply(206, Map.of("Content-Range", "bytes " + from + "-" + (from + text.length() - 1) + "/*"), text);
    }

    private static String task(String state, String more) {
        return "{\"pulp_href\":\"" + FakeServer.TASK + "\",\"state\":\"" + state + "\"" + more + "}";
    }

    private static String ended(String state, String more) {
        return task(state, ",\"log\":\"" + LOG + "\",\"finished_at\":\"2026-01-01T00:00:00Z\"" + more);
    }

    private static String completed() {
        return ended("completed", ",\"created_resources\":[\"" + FakeServer.REPOSITORY + "versions/3/\"]");
    }

    private void taking(String digest) {
        server.reply("HEAD /v2/team/app/blobs/" + digest, 404, "");
        server.reply("POST " + UPLOADS, new Reply(202, Map.of("Location", UPLOADS + "1?state=x"), ""));
        server.reply("PATCH " + UPLOADS + "1?state=x", new Reply(202, Map.of("Location", UPLOADS + "1?state=y"), ""));
        server.reply(
                "PUT " + UPLOADS + "1?state=y&digest=" + digest,
                new Reply(201, Map.of("Location", "/v2/team/app/blobs/" + digest), ""));
    }

    /** The digest of what the folder is packed into. */
    private String packed() throws Exception {
        Path file = home.resolve("expected");
        IgnorePatterns ignored = IgnorePatterns.parse("*\n!a");
        ContextPacker.pack(folder, ignored, file, bytes -> {});
        return digest(file);
    }

    private static String digest(Path file) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private Stream<String> sent(String beginning) {
        return server.requests().stream().filter(each -> each.startsWith(beginning));
    }

    @Test
    void the_folder_is_pushed_and_the_log_printed_as_it_comes() throws Exception {
        String digest = packed();
        taking(digest);
        server.reply("GET " + FakeServer.TASK, 200, task("waiting", ",\"log\":null"));
        server.reply("GET " + FakeServer.TASK, 200, task("waiting", ",\"log\":null"));
        server.reply("GET " + FakeServer.TASK, 200, task("running", ",\"log\":\"" + LOG + "\""));
        server.reply("GET " + FakeServer.TASK, 200, completed());
        server.only("GET " + LOG + " bytes=7-", 416, "");
        server.reply("GET " + LOG + " bytes=7-", part(7, "STEP 2 \u001b[31mred\u001b[2J\n"));
        server.reply("GET " + LOG + " bytes=27-", 416, "");

        Outcome outcome = shell.run("build", "-t", "team/app:1", "--tag", "team/app:2", "app");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .isEqualTo("STEP 1\nSTEP 2 \u001b[31mred\n\u001b[0m"
                        + "team/app is at version 3, which holds the image as 1, 2\n");
        assertThat(outcome.err().lines())
                .containsExactly("packing the context", "pushing the context", "waiting for a builder");
        assertThat(sent(BUILD))
                .containsExactly(
                        BUILD + " {\"containerfile_text\":\"FROM bases/java:21\\nCOPY a /a\\n\",\"ignore_files\":false,"
                                + "\"context_digest\":\"" + digest + "\",\"tags\":[\"1\",\"2\"]}");
        assertThat(home.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void a_folder_that_the_repository_has_is_not_sent_again() throws Exception {
        server.reply("HEAD /v2/team/app/blobs/" + packed(), 200, "");
        server.reply("GET " + FakeServer.TASK, 200, completed());

        assertThat(shell.run("build", "-t", "team/app:1", "app").exitCode()).isZero();

        assertThat(sent("POST " + UPLOADS)).isEmpty();
    }

    @Test
    void a_containerfile_elsewhere_is_sent_as_text_and_has_an_ignore_file_of_its_own() throws Exception {
        Path other = Files.createDirectory(home.resolve("other"));
        Files.writeString(other.resolve("My.Containerfile"), "FROM scratch\n");
        Files.writeString(other.resolve("My.Containerfile.containerignore"), "a\n.dockerignore\nContainerfile\n");
        Files.createSymbolicLink(home.resolve("link"), folder);
        server.reply("GET " + FakeServer.TASK, 200, completed());
        Path file = home.resolve("expected");
        ContextPacker.pack(folder, IgnorePatterns.parse("*\n!left-out"), file, bytes -> {});
        server.reply("HEAD /v2/team/app/blobs/" + digest(file), 200, "");

        Outcome outcome = shell.run("build", "-t", "team/app:1", "-f", "other/My.Containerfile", "link");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(sent(BUILD))
                .containsExactly(BUILD
                        + " {\"containerfile_text\":\"FROM scratch\\n\",\"ignore_files\":false,\"context_digest\":\""
                        + digest(file) + "\",\"tags\":[\"1\"]}");
    }

    @Test
    void all_options_are_sent_and_of_a_folder_without_files_nothing() throws IOException {
        server.reply("HEAD /v2/team/app/blobs/" + FakeServer.OF_NOTHING, 404, "");
        server.reply("POST " + UPLOADS, new Reply(202, Map.of("Location", UPLOADS + "1?state=x"), ""));
        String end = "PUT " + UPLOADS + "1?state=x&digest=" + FakeServer.OF_NOTHING;
        server.reply(end, new Reply(201, Map.of("Location", "/v2/team/app/blobs/" + FakeServer.OF_NOTHING), ""));
        Path empty = Files.createDirectory(home.resolve("empty"));
        Files.write(home.resolve("key"), new byte[] {0, (byte) 0xff});
        server.reply("GET " + FakeServer.TASK, 200, completed());
        shell.typing("FROM scratch\n").with("ARGUMENT", "from outside").with("TOKEN", "t0ken");

        List<String> arguments = new ArrayList<>(List.of("build", "-t", "team/app:1", "-f", "-", "--no-cache"));
        arguments.addAll(List.of("--platform", "linux/amd64,linux/arm64", "--platform", "linux/s390x"));
        arguments.addAll(List.of("--build-arg", "A=1=2", "--build-arg", "ARGUMENT", "--build-arg", "NOWHERE"));
        arguments.addAll(List.of(
                "--label", "l=", "--label", "alone", "--target", "run", "--network", "open", "--timeout", "1h30m"));
        arguments.addAll(List.of("--memory", "2g", "--source-date-epoch", "86400", "--no-keep-log"));
        arguments.addAll(List.of("--secret", "id=key,src=key", "--secret", "id=token,env=TOKEN,type=env"));
        arguments.add(empty.toString());
        Outcome outcome = shell.run(arguments.toArray(String[]::new));

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(sent(BUILD))
                .containsExactly(BUILD + " {\"platforms\":[\"linux/amd64\",\"linux/arm64\",\"linux/s390x\"],"
                        + "\"build_args\":{\"A\":\"1=2\",\"ARGUMENT\":\"from outside\"},\"labels\":{\"l\":\"\",\"alone\":\"\"},"
                        + "\"secrets\":{\"key\":\"AP8=\",\"token\":\"dDBrZW4=\"},\"target\":\"run\","
                        + "\"network\":\"open\",\"timeout\":5400,\"memory\":2147483648,"
                        + "\"source_date_epoch\":86400,\"cache\":false,\"keep_log\":false,"
                        + "\"containerfile_text\":\"FROM scratch\\n\",\"ignore_files\":false,\"tags\":[\"1\"]}");
        assertThat(sent("PUT /v2/")).as("what makes the repository").containsExactly(end);
    }

    @Test
    void a_server_that_is_not_there_is_said_so() {
        server.close();

        Outcome outcome = shell.run("build", "-t", "team/app:1", "app");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("nobody listens there; is it running?");
    }

    @Test
    void a_failed_build_ends_with_its_reason() throws Exception {
        server.reply("HEAD /v2/team/app/blobs/" + packed(), 200, "");
        server.reply(
                "GET " + FakeServer.TASK, 200, ended("failed", ",\"error\":{\"description\":\"RUN ended with 7\"}"));

        Outcome outcome = shell.run("build", "-t", "team/app:1", "app");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEqualTo("STEP 1\n");
        assertThat(outcome.err().lines().toList().getLast())
                .isEqualTo("lading: the task was not done but failed: RUN ended with 7 (" + FakeServer.TASK + ")");
    }

    @Test
    void quietly_there_is_no_log_and_beside_json_it_is_on_standard_error() throws Exception {
        server.reply("HEAD /v2/team/app/blobs/" + packed(), 200, "");
        server.reply("GET " + FakeServer.TASK, 200, completed());

        Outcome quiet = shell.run("build", "-q", "-t", "team/app:1", "app");
        Outcome json = shell.run("build", "--json", "-t", "team/app:1", "app");

        assertThat(quiet.out()).isEqualTo("team/app is at version 3, which holds the image as 1\n");
        assertThat(quiet.err()).isEmpty();
        assertThat(json.out())
                .startsWith("{")
                .contains("\"state\" : \"completed\"")
                .doesNotContain("STEP");
        assertThat(json.err()).contains("STEP 1\n");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "build -t team/app:1                                   | name the folder to build from",
                "build -t team/app:1 --no-cache                        | name the folder that is sent",
                "build -t team/app:1 none                              | there is no folder",
                "build -t team/app:1 tmp                               | no Containerfile and no Dockerfile in",
                "build -t team/app:1 -f none app                       | none: it is not there",
                "build -t team/app:1 -f long app                       | it is longer than 256 KiB",
                "build -t team/app:1 -f binary app                     | it is not text in UTF-8",
                "build -t team/app:1 --declare x app                   | declared or built from a Containerfile",
                "build -t team/app:1 -f - --password-stdin app         | cannot both come from standard input",
                "build -t team/app:1 --secret id=a app                 | --secret id=a must be spelled",
                "build -t team/app:1 --secret id=a,src=x,env=Y app     | must be spelled",
                "build -t team/app:1 --secret id=a,src=none app        | none: it is not there",
                "build -t team/app:1 --secret id=a,env=NOWHERE app     | there is no variable NOWHERE",
                "build -t team/app:1 --build-arg =x app                | must be a name and a value",
                "build -t team/app:1 --timeout 30 app                  | --timeout is a time such as",
                "build -t team/app:1 --memory 2GB app                  | --memory is a size such as",
                "build -t team/app:1 --source-date-epoch today app     | in seconds since 1970",
                "build -t team/app:1 --network host app                | --network",
                "build -t team/app:1 -f ignored app                    | line 1 is no pattern: [",
            })
    void what_cannot_be_built_is_said_before_anything_is_sent(String line, String sentence) throws IOException {
        Files.write(home.resolve("binary"), new byte[] {(byte) 0xff});
        Files.writeString(home.resolve("long"), "#".repeat(256 * 1024 + 1));
        Files.writeString(home.resolve("ignored"), "FROM scratch");
        Files.writeString(home.resolve("ignored.dockerignore"), "[");

        Outcome outcome = shell.run(line.split(" ", -1));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(sentence);
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://elsewhere.example.com/log", "//elsewhere.example.com/log", "/pulp/api/v3/../../log?x"})
    void a_log_elsewhere_is_not_asked_for(String href) throws Exception {
        server.reply("HEAD /v2/team/app/blobs/" + packed(), 200, "");
        server.reply("GET " + FakeServer.TASK, 200, completed().replace(LOG, href));

        Outcome outcome = shell.run("build", "-t", "team/app:1", "app");

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("no href of a log");
    }

    @Test
    void another_part_of_the_log_is_no_answer() throws Exception {
        server.reply("HEAD /v2/team/app/blobs/" + packed(), 200, "");
        server.reply("GET " + FakeServer.TASK, 200, completed());
        server.only("GET " + LOG + " bytes=7-", part(0, "STEP 1\n"));

        assertThat(shell.run("build", "-t", "team/app:1", "app").err()).contains("another part of a text");
    }

    @Test
    void an_interrupted_command_cancels_the_build() throws Exception {
        server.reply("HEAD /v2/team/app/blobs/" + packed(), 200, "");
        server.reply("GET " + FakeServer.TASK, 200, task("running", ",\"log\":\"" + LOG + "\""));
        server.reply("PATCH " + FakeServer.TASK, 200, task("canceling", ""));
        var command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LadingCommand.class.getName(),
                        "build",
                        "-t",
                        "team/app:1",
                        "app")
                .directory(home.toFile());
        command.environment()
                .putAll(Map.of(
                        "HOME", home.toString(), "LADING_URL", server.url(), "LADING_ADMIN_PASSWORD", "correct horse"));
        Process process = command.start();
        try (InputStream out = process.getInputStream();
                InputStream err = process.getErrorStream()) {
            assertThat(out.readNBytes(7)).asString().isEqualTo("STEP 1\n");
            process.toHandle().destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(new String(err.readAllBytes(), UTF_8))
                    .contains("the build was asked to stop, see " + FakeServer.TASK);
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(sent("PATCH")).containsExactly("PATCH " + FakeServer.TASK + " {\"state\":\"canceled\"}");
    }
}
