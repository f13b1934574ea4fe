package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands that pages show. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleCommandsTest {
    private static final Pattern CURL = Pattern.compile("\\bcurl [^\n<]*(?:\\\\\n[^\n<]*)*");

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient console = ConsoleClient.administrator();

    @Test
    void curl_is_told_the_scheme_and_so_sends_no_password_by_another() {
        admin.pushImage("commands/app", "v1", "commands");
        String repository = pulp.list(PulpClient.REPOSITORIES + "?name=commands/app", "pulp_href")
                .getFirst()
                .substring(PulpClient.REPOSITORIES.length());
        String distribution = pulp.list(PulpClient.DISTRIBUTIONS + "?name=commands/app", "pulp_href")
                .getFirst()
                .substring(PulpClient.DISTRIBUTIONS.length());
        String remote = pulp.send(
                        "POST",
                        PulpClient.API + "remotes/container/pull-through/",
                        "{\"name\":\"of-commands\",\"url\":\"http://127.0.0.1:1\"}")
                .json()
                .path("pulp_href")
                .asText();
        String cache = pulp.task(
                        "POST",
                        PulpClient.API + "distributions/container/pull-through/",
                        "{\"name\":\"of-commands\",\"base_path\":\"of-commands\",\"remote\":\"" + remote + "\"}")
                .at("/created_resources/0")
                .asText()
                .substring((PulpClient.API + "distributions/container/").length());
        for (String path : List.of(
                "access/audit/",
                "distributions/" + distribution,
                cache,
                cache + "edit",
                "pull-through/remotes/"
                        + remote.substring((PulpClient.API + "remotes/container/pull-through/").length()),
                "pull-through/",
                "pull-through/new",
                "repositories/" + repository + "versions/1/")) {
            List<String> commands = CURL.matcher(console.page("/ui/" + path))
                    .results()
                    .map(found -> found.group())
                    .toList();
            assertThat(commands).as(path).isNotEmpty().allMatch(each -> each.contains(RegistryClient.base() + "/"));
        }
    }
}
