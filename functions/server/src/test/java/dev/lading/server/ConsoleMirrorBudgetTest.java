package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.RepositorySettings;
import dev.lading.repository.RepositoryService;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.WatchedMetadataStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads of pages of mirrors, distributions and tasks; none of them reads what a repository holds. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
@TestProfile(ReadBudgetTest.Counting.class)
class ConsoleMirrorBudgetTest {
    private static final int MOST = 8;
    private static final int TRIES = 3;
    private static final int MANY = 300;

    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient admin = ConsoleClient.administrator();
    private final ConsoleClient visitor = ConsoleClient.visitor();

    @Inject
    WatchedMetadataStore store;

    @Inject
    RepositoryService repositories;

    /** The fewest reads of some tries, as in {@link ReadBudgetTest}. */
    private int reads(ConsoleClient client, String path) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            store.restart();
            client.page(path);
            fewest = Math.min(fewest, store.reads());
        }
        return fewest;
    }

    private String id(String list, String name) {
        return pulp.list(list + "?name=" + name, "pulp_href").getFirst().replaceFirst(".*/([^/]+)/$", "$1");
    }

    @Test
    void pages_read_a_bounded_number_of_records() {
        try (var upstream = FaultyUpstream.start()) {
            String mirror = pulp.mirror(upstream, "ui-budget", "ui-budget", "ui-budget");
            String remote = pulp.list(PulpClient.API + "remotes/container/container/?name=ui-budget", "pulp_href")
                    .getFirst();
            pulp.task("PATCH", mirror, "{\"remote\":\"" + remote + "\",\"sync_schedule\":\"rate(6 hours)\"}");
            for (int i = 0; i < MANY; i++) {
                repositories.create(RepositorySettings.named("ui-budget-%04d".formatted(i)));
            }
            for (int i = 0; i < 60; i++) {
                pulp.createServed("ui-served-" + i);
            }
            String task =
                    pulp.list(PulpClient.API + "tasks/?limit=1", "pulp_href").getFirst();

            pulp.send(
                    "POST", PulpClient.API + "users/", "{\"username\":\"ui-budget\",\"password\":\"battery staple\"}");
            ConsoleClient user = ConsoleClient.user("ui-budget", "battery staple");
            // Who they are and what they may costs more than an administrator's.
            for (String path :
                    List.of("tasks", "mirrors", "pull-through", "distributions/" + id(DISTRIBUTIONS, "ui-budget"))) {
                assertThat(reads(user, "/ui/" + path)).as(path).isLessThanOrEqualTo(MOST);
            }
            assertThat(reads(user, "/ui/distributions/?prefix=ui-")).isLessThanOrEqualTo(MOST + 1);
            assertThat(reads(visitor, "/ui/distributions/?prefix=ui-")).isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, "/ui/distributions/?prefix=ui-")).isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, "/ui/distributions/" + id(DISTRIBUTIONS, "ui-budget")))
                    .isLessThanOrEqualTo(MOST);
            assertThat(reads(visitor, "/ui/distributions/" + id(DISTRIBUTIONS, "ui-budget")))
                    .isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, "/ui/mirrors/" + id(REPOSITORIES, "ui-budget")))
                    .isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, "/ui/mirrors/" + id(REPOSITORIES, "ui-budget") + "/schedule"))
                    .isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, "/ui/tasks/")).isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, task.replace("/pulp/api/v3", "/ui"))).isLessThanOrEqualTo(MOST);
            assertThat(reads(admin, "/ui/pull-through/")).isLessThanOrEqualTo(MOST);
            // Two for each hundred repositories looked at, and three for the mirrors among them.
            assertThat(reads(admin, "/ui/mirrors/?prefix=ui-budget")).isLessThanOrEqualTo(2 * (MANY / 100 + 1) + 3);
            assertThat(reads(admin, "/ui/mirrors/" + id(REPOSITORIES, "ui-budget") + "/runs"))
                    .isLessThanOrEqualTo(MOST);
        }
    }
}
