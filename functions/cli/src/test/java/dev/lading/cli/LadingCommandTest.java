package dev.lading.cli;

import static dev.lading.cli.FakeServer.REPOSITORY;
import static dev.lading.cli.FakeServer.TASK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.cli.CommandRun.Outcome;
import dev.lading.cli.FakeServer.Reply;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LadingCommandTest {
    private static final String STATUS = "GET /pulp/api/v3/status/";
    private static final String DIFF = "GET " + REPOSITORY + "diff/?limit=500&from=1&to=2&offset=";

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

    private static String task(String state, String more) {
        return "{\"pulp_href\": \"" + TASK + "\", \"name\": \"lading.restore\", \"state\": \"" + state + "\"" + more
                + "}";
    }

    private void startsATask() {
        server.reply("POST " + REPOSITORY + "restore/", 202, "{\"task\": \"" + TASK + "\"}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "''",
        "stauts",
        "status --jsno",
        "restore team/app",
        "restore team/app latest",
        "restore team/app 1 2",
        "promote team/app",
        "diff team/app 1",
        "diff team/app 1 newest",
        "status --password-stdin --password-file x",
        "status --url ftp://127.0.0.1",
        "status --url http://127.0.0.1/pulp/",
        "verify a b",
        "verify --dep",
        "completion fish",
        "robot",
        "robot make",
        "robot create",
        "robot create team+ci --days soon",
        "robot rotate",
        "keys",
        "keys make",
        "keys rotate now",
        "user",
        "user password --reset",
        "user password ann",
        "user password --reset ann bob",
        "user password --reset --data x --dynamodb-table y ann",
        "user password --reset --password-file missing ann",
        "serve-it",
    })
    void what_means_nothing_ends_with_2_and_asks_nobody(String typed) {
        Outcome outcome = shell.run(typed.isEmpty() ? new String[0] : typed.split(" ", -1));
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).isNotEmpty().doesNotContain("\tat ");
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "''",
        "status",
        "restore",
        "promote",
        "diff",
        "verify",
        "robot",
        "robot create",
        "keys",
        "keys rotate",
        "user password",
        "completion"
    })
    void help_is_on_standard_output(String verb) {
        Outcome outcome = shell.run((verb + " --help").strip().split(" ", -1));
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("Usage: lading").contains("--help");
    }

    @Test
    void help_tells_the_exit_codes_and_where_passwords_come_from() {
        assertThat(shell.run("--help").out())
                .contains("Exit codes:", "serve", "restore", "promote", "diff", "verify", "status");
        assertThat(shell.run("status", "--help").out())
                .contains("LADING_ADMIN_PASSWORD", "cli.toml", "--password-stdin");
    }

    @Test
    void the_version_is_the_builds() {
        assertThat(shell.run("--version").out()).matches("lading [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\\R");
    }

    @Test
    void the_completion_script_has_the_verbs() {
        assertThat(shell.run("completion", "bash").out())
                .startsWith("#!")
                .contains("restore promote build diff verify");
        assertThat(shell.run("completion", "zsh").out()).contains("bashcompinit");
    }

    @ParameterizedTest(name = "{0} ends with {1}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | 3 | {}                                          | wrong user or password: URL does not know admin (password given by LADING_ADMIN_PASSWORD)",
                "403 | 3 | {}                                          | URL does not let admin (password given by LADING_ADMIN_PASSWORD) do this",
                "429 | 3 | {\"detail\": \"wait a minute\"}             | answered 429: wait a minute",
                "500 | 3 | nonsense                                    | answered 500: no reason was given",
                "404 | 1 | {\"detail\": \"there is no such resource\"} | there is no such resource",
                "400 | 1 | {\"version\": [\"too high\", \"odd\"]}      | version: too high; version: odd",
                "400 | 1 | {\"non_field_errors\": [\"give one\"]}      | lading: give one",
                "200 | 3 | <html>                                      | does not answer as a Lading does",
                "200 | 3 | []                                          | does not answer as a Lading does",
            })
    void refusals(int status, int exitCode, String body, String sentence) {
        server.only(STATUS, status, body);
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.err())
                .contains(sentence.replace("URL", server.url()))
                .doesNotContain("correct horse");
    }

    @Test
    void a_refused_post_is_told_like_a_refused_get() {
        server.reply("POST " + REPOSITORY + "restore/", 401, "{}");
        Outcome outcome = shell.run("restore", "team/app", "1");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("wrong user or password");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void nobody_there_ends_with_3() {
        server.close();
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("cannot reach " + server.url() + " (given by LADING_URL)", "is it running?");
    }

    @Test
    void a_redirect_is_not_followed() throws IOException {
        try (FakeServer elsewhere = new FakeServer()) {
            server.only(STATUS, new Reply(307, Map.of("Location", elsewhere.url() + "/x\u009b31m"), ""));
            Outcome outcome = shell.run("status");
            assertThat(outcome.exitCode()).isEqualTo(3);
            assertThat(outcome.err())
                    .contains("redirects to " + elsewhere.url(), "--url")
                    .doesNotContain("\u009b");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    void an_answer_is_read_up_to_1_mib() {
        server.only(STATUS, 200, " ".repeat(1024 * 1024 + 1));
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("more than 1 MiB");
    }

    @Test
    void text_of_the_server_cannot_steer_a_terminal() {
        String evil = "\\u001b]0;x\\u0007 \\u009b31m \\u202e \\u007f \\n";
        server.only(STATUS, 400, "{\"detail\": \"" + evil + "\"}");
        assertThat(shell.run("status").err()).isEqualTo("lading: ?]0;x? ?31m ? ? ?" + System.lineSeparator());
        server.only(
                STATUS,
                200,
                "{\"database_connection\": {\"connected\": true}, \"versions\": [{\"component\": \"" + evil + "\"}]}");
        for (Outcome outcome : new Outcome[] {shell.run("status"), shell.run("status", "--json")}) {
            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.out()).doesNotContain("\u001b", "\u009b", "\u202e", "\u0007", "\u007f");
        }
    }

    @Test
    void status_tells_a_server_that_lost_its_records() {
        server.only(STATUS, 200, "{\"database_connection\": {\"connected\": false}}");
        assertThat(shell.run("status").exitCode()).isEqualTo(1);
    }

    @Test
    void status_tells_that_a_server_is_still_finding_out_what_it_can_build() {
        server.only(
                STATUS,
                200,
                "{\"database_connection\": {\"connected\": true},"
                        + " \"builder\": {\"builds\": null, \"reason\": \"the trial runs\"}}");
        assertThat(shell.run("status").out()).contains("builds   not known yet: the trial runs");
    }

    @Test
    void a_task_is_followed_to_its_end() {
        startsATask();
        server.reply("GET " + TASK, 200, task("waiting", ""))
                .reply(
                        "GET " + TASK,
                        200,
                        task(
                                "running",
                                ", \"progress_reports\": [{\"message\": \"Content changed\","
                                        + " \"done\": 10, \"total\": null}]"))
                .reply(
                        "GET " + TASK,
                        200,
                        task(
                                "running",
                                ", \"progress_reports\": [{\"message\": \"Content changed\","
                                        + " \"done\": 20, \"total\": 30}]"))
                .reply(
                        "GET " + TASK,
                        200,
                        task(
                                "completed",
                                ", \"finished_at\": \"2026-01-01T00:00:00Z\"," + " \"created_resources\": [\""
                                        + REPOSITORY + "versions/4/\"]"));
        Outcome outcome = shell.run("restore", "team/app", "1");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .isEqualToIgnoringNewLines("team/app is at version 4, which holds what version 1 holds");
        assertThat(outcome.err().lines())
                .containsExactly("task waiting: lading.restore", "task running: Content changed");
        assertThat(server.requests()).contains("POST " + REPOSITORY + "restore/ {\"version\":1}");
    }

    @Test
    void on_a_terminal_progress_is_one_line_that_is_written_over() {
        startsATask();
        server.reply(
                        "GET " + TASK,
                        200,
                        task(
                                "running",
                                ", \"progress_reports\": [{\"message\": \"Content changed\","
                                        + " \"done\": 20, \"total\": 30}]"))
                .reply("GET " + TASK, 200, task("completed", ", \"finished_at\": \"2026-01-01T00:00:00Z\""));
        Outcome outcome = shell.onATerminal().run("restore", "team/app", "1");
        assertThat(outcome.err()).isEqualTo("\r\u001b[Ktask running: Content changed 20 of 30\r\u001b[K");
        assertThat(outcome.out()).contains("no version was made");
    }

    @Test
    void quiet_shows_no_progress() {
        startsATask();
        server.reply("GET " + TASK, 200, task("waiting", ""))
                .reply("GET " + TASK, 200, task("completed", ", \"finished_at\": \"2026-01-01T00:00:00Z\""));
        assertThat(shell.onATerminal().run("restore", "-q", "team/app", "1").err())
                .isEmpty();
    }

    @Test
    void a_task_that_failed_ends_with_1_and_its_reason() {
        startsATask();
        server.reply(
                "GET " + TASK,
                200,
                task(
                        "failed",
                        ", \"finished_at\": \"2026-01-01T00:00:00Z\","
                                + " \"error\": {\"description\": \"the disk is full\"}"));
        Outcome outcome = shell.run("restore", "--json", "team/app", "1");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).startsWith("{").contains("\"the disk is full\"");
        assertThat(outcome.err())
                .isEqualToIgnoringNewLines("lading: the task was not done but failed: the disk is full (" + TASK + ")");
    }

    @Test
    void a_server_that_is_lost_meanwhile_leaves_the_tasks_href() {
        startsATask();
        server.reply("GET " + TASK, 200, task("waiting", "")).reply("GET " + TASK, 503, "");
        Outcome outcome = shell.run("restore", "-q", "team/app", "1");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("answered 503", "the task may go on, see " + TASK);
    }

    @Test
    void hrefs_that_lead_elsewhere_are_not_followed() {
        server.reply("POST " + REPOSITORY + "restore/", 202, "{\"task\": \"http://192.0.2.1/pulp/api/v3/tasks/1/\"}");
        Outcome outcome = shell.run("restore", "team/app", "1");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("does not answer as a Lading does");
    }

    @Test
    void a_repository_that_is_not_there_ends_with_1() {
        server.reply(
                "GET /pulp/api/v3/repositories/container/container/?fields=pulp_href&limit=1&name=n%C3%B6%26x",
                200, "{\"count\": 0, \"results\": []}");
        Outcome outcome = shell.run("restore", "nö&x", "1");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("there is no repository 'nö&x' at " + server.url());
    }

    @Test
    void a_version_of_a_repository_is_promoted() {
        server.reply(
                        "GET /pulp/api/v3/repositories/container/container/?fields=pulp_href&limit=1&name=live",
                        200,
                        "{\"results\": [{\"pulp_href\": \"/pulp/api/v3/repositories/container/container/0199/\"}]}")
                .reply(
                        "POST /pulp/api/v3/repositories/container/container/0199/promote/",
                        202,
                        "{\"task\": \"" + TASK + "\"}")
                .reply("GET " + TASK, 200, task("completed", ", \"finished_at\": \"2026-01-01T00:00:00Z\""));
        Outcome outcome = shell.run("promote", "team/app@7", "live");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("live holds what team/app@7 holds already");
        assertThat(server.requests())
                .contains("POST /pulp/api/v3/repositories/container/container/0199/promote/"
                        + " {\"source_repository_version\":\"" + REPOSITORY + "versions/7/\"}");
    }

    @Test
    void differences_are_read_page_by_page_from_the_same_server() {
        server.reply(
                        DIFF + "0",
                        200,
                        "{\"next\": \"http://192.0.2.1/\", \"results\": [{\"type\": \"container.tag\","
                                + " \"name\": \"1\", \"change\": \"moved\", \"from_digest\": \"sha256:a\", \"to_digest\": \"sha256:b\"},"
                                + " {\"type\": \"container.manifest\", \"name\": \"sha256:c\", \"change\": \"added\","
                                + " \"from_digest\": null, \"to_digest\": \"sha256:c\"}]}")
                .reply(
                        DIFF + "2",
                        200,
                        "{\"next\": null, \"results\": [{\"type\": \"container.tag\", \"name\": \"2\\u001b\","
                                + " \"change\": \"removed\", \"from_digest\": \"sha256:d\", \"to_digest\": null}]}");
        Outcome outcome = shell.run("diff", "team/app", "1", "2");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines())
                .containsExactly("~ tag 1 sha256:a -> sha256:b", "+ manifest sha256:c", "- tag 2? sha256:d");
        String json = shell.run("diff", "--json", "team/app", "1", "2").out();
        assertThat(json).startsWith("[").endsWith("]" + System.lineSeparator()).contains("\"2\\u001B\"");
    }

    @Test
    void no_differences_are_an_empty_array() {
        server.reply(DIFF + "0", 200, "{\"next\": null, \"results\": []}");
        assertThat(shell.run("diff", "--json", "team/app", "1", "2").out()).isEqualToIgnoringNewLines("[]");
        assertThat(shell.run("diff", "team/app", "1", "2").out()).contains("no difference between 1 and 2 of team/app");
    }

    private void verifies(String path, String result) {
        server.reply("POST " + path + "repair/", 202, "{\"task\": \"" + TASK + "\"}")
                .reply(
                        "GET " + TASK,
                        200,
                        task("completed", ", \"finished_at\": \"2026-01-01T00:00:00Z\", \"result\": " + result));
    }

    @Test
    void whole_bytes_of_a_repository_end_with_0() {
        server.reply("GET " + REPOSITORY, 200, "{\"latest_version_href\": \"" + REPOSITORY + "versions/3/\"}");
        for (String[] typed : new String[][] {{"team/app", "3"}, {"team/app@2", "2"}}) {
            String version = REPOSITORY + "versions/" + typed[1] + "/";
            verifies(version, "{\"checked\": 7, \"broken\": 0, \"missing\": [], \"corrupted\": []}");
            Outcome outcome = shell.run("verify", "--deep", typed[0]);
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.out()).isEqualToIgnoringNewLines("7 checked, none missing or corrupted");
            assertThat(server.requests()).contains("POST " + version + "repair/ {\"verify_checksums\":true}");
        }
    }

    @Test
    void lost_bytes_are_listed_and_end_with_1() {
        verifies(
                "/pulp/api/v3/",
                "{\"checked\": 7, \"broken\": 4, \"missing\": [\"sha256:a\", \"sha256:b\"],"
                        + " \"corrupted\": [\"sha256:c\"],"
                        + " \"repositories\": {\"sha256:a\": [\"x\", \"y\"], \"sha256:b\": []}}");
        Outcome outcome = shell.run("verify");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out().lines())
                .containsExactly(
                        "missing sha256:a of x, y",
                        "missing sha256:b",
                        "corrupted sha256:c",
                        "and 1 more",
                        "7 checked, 4 missing or corrupted");
        assertThat(server.requests()).contains("POST /pulp/api/v3/repair/ {\"verify_checksums\":false}");
        Outcome json = shell.run("verify", "--json");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out()).startsWith("{").contains("\"broken\" : 4");
    }

    @Test
    void a_check_without_a_result_ends_with_3() {
        verifies("/pulp/api/v3/", "null");
        assertThat(shell.run("verify").exitCode()).isEqualTo(3);
    }

    private static final String ROBOT = "/pulp/api/v3/robots/42/";
    private static final String MADE =
            "{\"pulp_href\": \"" + ROBOT + "\", \"name\": \"team+ci\", \"secret\": \"ldg_abc\","
                    + " \"secrets\": [{\"expires\": \"2026-01-02T00:00:00Z\"}, {\"expires\": \"2027-01-02T00:00:00Z\"}]}";

    @Test
    void a_robot_is_made_and_its_secret_shown() {
        server.reply("POST /pulp/api/v3/robots/", 201, MADE);

        Outcome outcome = shell.run("robot", "create", "team+ci", "--days", "30");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains(
                        "secret   ldg_abc",
                        "expires  2027-01-02",
                        "until 2026-01-02T00:00:00Z",
                        "docker login -u team+ci ");
        assertThat(server.requests())
                .contains("POST /pulp/api/v3/robots/ {\"expires_in_days\":30,\"name\":\"team+ci\"}");
        assertThat(shell.run("robot", "create", "team+ci", "-q").out()).isEqualTo("ldg_abc\n");
    }

    @Test
    void a_robot_is_rotated_and_deleted_by_name() {
        server.reply(
                        "GET /pulp/api/v3/robots/?limit=1&name=team%2Bci",
                        200, "{\"count\": 1, \"results\": [{\"pulp_href\": \"" + ROBOT + "\"}]}")
                .reply("GET /pulp/api/v3/robots/?limit=1&name=team%2Bno", 200, "{\"count\": 0, \"results\": []}")
                .reply("POST " + ROBOT + "rotate/", 200, MADE)
                .reply("DELETE " + ROBOT, 204, "");

        assertThat(shell.run("robot", "rotate", "team+ci", "--overlap", "0", "-q")
                        .out())
                .isEqualTo("ldg_abc\n");
        assertThat(server.requests()).contains("POST " + ROBOT + "rotate/ {\"overlap_hours\":0}");
        assertThat(shell.run("robot", "delete", "team+ci").exitCode()).isZero();
        assertThat(shell.run("robot", "delete", "team+no").err()).contains("no robot 'team+no'");
    }

    @Test
    void robots_are_listed_page_by_page() {
        server.reply(
                "GET /pulp/api/v3/robots/?limit=100&offset=0&namespace=team",
                200,
                "{\"count\": 2, \"results\": [{\"name\": \"team+cd\", \"description\": \"deploys\", \"secrets\": []}]}");
        server.reply(
                "GET /pulp/api/v3/robots/?limit=100&offset=1&namespace=team",
                200,
                "{\"count\": 2, \"results\": [{\"name\": \"team+ci\", \"secrets\": [{\"expires\":"
                        + " \"2027-01-02T00:00:00Z\", \"last_used\": \"2026-11-28T01:02:03Z\"}]}]}");

        assertThat(shell.run("robot", "list", "team").out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "ROBOT EXPIRES LAST USED DESCRIPTION",
                        "team+cd - never deploys",
                        "team+ci 2027-01-02 2026-11-28");
    }

    private static final String KEYS = "/pulp/api/v3/token_keys/";
    private static final String KEY = "{\"name\":\"token-key-2\",\"signs_from\":\"2026-01-02T00:10:00Z\","
            + "\"checks_until\":null,\"state\":\"coming\"}";

    @Test
    void keys_are_rotated() {
        server.reply("POST " + KEYS, 200, KEY);

        Outcome outcome = shell.run("keys", "rotate");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out()).contains("key      token-key-2", "from 2026-01-02T00:10:00Z", "live on");
        assertThat(shell.run("keys", "rotate", "--json").out().replaceAll("\\s", ""))
                .isEqualTo(KEY);
    }

    @Test
    void keys_that_were_rotated_too_often_are_told_of() {
        server.reply("POST " + KEYS, 409, "{\"detail\": \"they can be rotated again from 2026-02-01T00:00:00Z\"}");

        Outcome outcome = shell.run("keys", "rotate");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("rotated again from 2026-02-01T00:00:00Z");
    }

    @Test
    void keys_are_listed() {
        String first = "{\"name\":\"token-key\",\"signs_from\":\"2025-01-01T00:00:00Z\","
                + "\"checks_until\":\"2026-02-01T00:10:00Z\",\"state\":\"signing\"}";
        server.reply("GET " + KEYS, 200, "{\"count\": 2, \"results\": [" + KEY + "," + first + "]}");

        assertThat(shell.run("keys", "list").out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "KEY STATE SIGNS FROM CHECKS UNTIL",
                        "token-key-2 coming 2026-01-02T00:10:00Z -",
                        "token-key signing 2025-01-01T00:00:00Z 2026-02-01T00:10:00Z");
        assertThat(shell.run("keys", "list", "--json").out().replaceAll("\\s", ""))
                .isEqualTo("[" + KEY + "," + first + "]");
    }

    @Test
    void a_password_is_made_and_printed_this_once() {
        Outcome outcome = shell.run("user", "password", "--reset", "ann", "--quiet");
        assertThat(outcome.exitCode()).isZero();
        String password = outcome.out().strip();
        assertThat(password).matches("[\\w.]{24}");
        assertThat(shell.resets())
                .containsExactly("InFolder[data=" + home.resolve("data") + ", typed=data] ann " + password);
        assertThat(shell.run("user", "password", "--reset", "ann").out()).contains("(shown this once)");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void a_password_that_is_given_is_not_printed() {
        shell.file("new.txt", "battery staple\n", "rw-------").typing("horse battery\n");
        for (String source : List.of("--password-file=new.txt", "--password-stdin")) {
            String[] typed = {"user", "password", "--reset", "ann", "--dynamodb-table=lading", source};
            assertThat(shell.run(typed).out())
                    .contains("the one that was given")
                    .doesNotContain("battery");
        }
        assertThat(shell.resets())
                .containsExactly("InTable[name=lading] ann battery staple", "InTable[name=lading] ann horse battery");
    }

    @Test
    void an_inactive_user_is_warned_of() {
        Outcome outcome = shell.run("user", "password", "--reset", "inactive", "--json");
        assertThat(outcome.out()).contains("\"is_active\" : false", "\"password\" : \"");
        assertThat(outcome.err()).contains("warning: inactive is inactive");
    }
}
