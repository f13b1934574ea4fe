package dev.lading.cli.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.cli.CommandRun;
import dev.lading.cli.CommandRun.Outcome;
import dev.lading.cli.FakeServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginSourcesTest {
    private static final String CLI_TOML = ".config/pulp/cli.toml";

    @TempDir
    Path home;

    private FakeServer server;
    private CommandRun shell;

    @BeforeEach
    void start() throws IOException {
        server = new FakeServer();
        // The place of pulp's file on every system.
        shell = new CommandRun(home)
                .with("XDG_CONFIG_HOME", home.resolve(".config").toString());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void requireSent(String... pairs) {
        assertThat(server.passwords())
                .isEqualTo(List.of(pairs).stream()
                        .map(pair ->
                                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    private String toml(String url, String more) {
        return "[cli]\nbase_url = \"" + url + "\"\n" + more;
    }

    @Test
    void a_password_file_comes_first() {
        shell.with("LADING_ADMIN_PASSWORD", "other").file("pw", "from a file\n", "rw-------");
        Outcome outcome = shell.run("status", "--url", server.url(), "--password-file", "pw");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains(server.url(), "given by --url", "password read from pw");
        requireSent("admin:from a file");
    }

    @Test
    void standard_input_may_have_it() {
        Outcome outcome =
                shell.typing("typed\n").run("status", "--url", server.url(), "--password-stdin", "--user", "me");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        requireSent("me:typed");
    }

    @Test
    void the_environment_has_all_three() {
        Outcome outcome = shell.with("LADING_URL", server.url() + "/")
                .with("LADING_USER", "somebody")
                .with("LADING_ADMIN_PASSWORD", "correct horse")
                .run("status");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        requireSent("somebody:correct horse");
    }

    @Test
    void pulps_configuration_has_all_three() {
        shell.file(
                CLI_TOML,
                toml(server.url(), "username = 'ops'\npassword = \"a \\\"b\\\" \\u00e9\"\nverify_ssl = true\n"),
                "rw-------");
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        requireSent("ops:a \"b\" é");
    }

    @Test
    void pulps_configuration_that_others_can_read_is_warned_of() {
        shell.file(CLI_TOML, toml(server.url(), "username = 'ops'\npassword = 'secret'\n"), "rw-r--r--");
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("warning", "others can read", CLI_TOML, "chmod 600");
    }

    @Test
    void what_is_not_toml_is_told_without_its_content() {
        shell.file(CLI_TOML, "[cli]\npassword = secret words\n", "rw-------");
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains(CLI_TOML, "is not TOML", "line 2").doesNotContain("secret");
    }

    @Test
    void the_password_of_pulps_configuration_is_for_its_server_alone() throws IOException {
        try (FakeServer other = new FakeServer()) {
            shell.file(CLI_TOML, toml(other.url(), "username = 'ops'\npassword = 'secret'\n"), "rw-------");
            Outcome outcome = shell.run("status", "--url", server.url());
            assertThat(outcome.exitCode()).isEqualTo(3);
            assertThat(outcome.err())
                    .contains("no password for " + server.url(), CLI_TOML, "data/secrets/admin-password");
            assertThat(server.requests()).isEmpty();
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void a_data_folder_has_the_address_and_the_password() {
        shell.file("data/address", server.url() + "\n", "rw-------")
                .file("data/secrets/admin-password", "made up\n", "rw-------");
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("read from data/address", "password read from data/secrets/admin-password");
        requireSent("admin:made up");
    }

    @Test
    void a_data_folder_that_is_named_comes_before_environment_and_pulp() throws IOException {
        try (FakeServer other = new FakeServer()) {
            shell.file("mine/address", server.url() + "\n", "rw-------")
                    .file("mine/secrets/admin-password", "made up\n", "rw-------")
                    .file(CLI_TOML, toml(other.url(), "password = 'secret'\n"), "rw-r--r--")
                    .with("LADING_URL", other.url())
                    .with("LADING_ADMIN_PASSWORD", "another");
            Outcome outcome = shell.run("status", "--data", "mine");
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            assertThat(outcome.err()).isEmpty();
            requireSent("admin:made up");
        }
    }

    @Test
    void an_address_elsewhere_is_not_taken_from_a_data_folder() {
        shell.file("data/address", "http://192.0.2.1:1\n", "rw-------");
        Outcome outcome = shell.run("status");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err()).contains("no password for http://127.0.0.1:5000 (the usual address)");
    }

    @Test
    void the_password_of_a_data_folder_stays_on_this_machine_unless_the_folder_is_named() {
        shell.file("data/secrets/admin-password", "made up\n", "rw-------");
        Outcome outcome = shell.run("status", "--url", "https://registry.invalid");
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(outcome.err())
                .contains("no password for https://registry.invalid")
                .doesNotContain("made up");
    }

    @Test
    void a_password_cannot_be_an_argument() {
        Outcome outcome = shell.run("status", "--url", server.url(), "--password=secret");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void an_address_with_a_password_is_refused_and_not_repeated() {
        Outcome outcome = shell.run("status", "--url", "http://admin:secret@127.0.0.1:5000");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--url").doesNotContain("secret");
    }

    @Test
    void files_that_hold_no_password_are_told() {
        shell.file("empty", "\n", "rw-------").file("two", "a\nb\n", "rw-------");
        assertThat(shell.run("status", "--url", server.url(), "--password-file", "empty")
                        .err())
                .contains("cannot use empty: it must have one line");
        assertThat(shell.run("status", "--url", server.url(), "--password-file", "two")
                        .exitCode())
                .isEqualTo(2);
        assertThat(shell.run("status", "--url", server.url(), "--password-file", "none")
                        .err())
                .contains("there is no file none");
        assertThat(server.requests()).isEmpty();
    }
}
