package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.testing.WatchedMetadataStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads of the console's pages of access and status, the login included. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
@TestProfile(ReadBudgetTest.Counting.class)
class AccessBudgetTest {
    private static final int MOST = 8;
    private static final int MANY = 60;
    private static final int TRIES = 3;
    private static final String PASSWORD = "battery staple";
    private static final String USERS = PulpClient.API + "users/";
    private static final String GROUPS = PulpClient.API + "groups/";

    private final PulpClient pulp = new PulpClient();

    @Inject
    WatchedMetadataStore store;

    /** The fewest reads of some tries, since others read as well. */
    private int reads(ConsoleClient client, String path) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            store.restart();
            assertThat(client.get(path).status()).as(path).isEqualTo(200);
            fewest = Math.min(fewest, store.reads());
        }
        return fewest;
    }

    private String made(String list, String body) {
        return pulp.send("POST", list, body.replace('\'', '"'))
                .json()
                .path("pulp_href")
                .asText();
    }

    @Test
    void pages_of_access_read_a_bounded_number_of_times_however_much_there_is() {
        String group = made(GROUPS, "{'name':'budget'}");
        String user = made(USERS, "{'username':'budget-user','password':'" + PASSWORD + "'}");
        made(group + "users/", "{'username':'budget-user'}");
        String namespace = made(PulpClient.API + "pulp_container/namespaces/", "{'name':'budget-user'}");
        made(user + "roles/", "{'role':'container.containernamespace_owner','content_object':'" + namespace + "'}");
        String repository =
                pulp.createServed("budget-user/app").path("pulp_href").asText();
        made(user + "roles/", "{'role':'container.containerrepository_owner','content_object':'" + repository + "'}");
        made(user + "roles/", "{'role':'core.group_viewer','content_object':'" + group + "'}");
        for (int i = 0; i < MANY; i++) {
            made(USERS, "{'username':'budget-%02d'}".formatted(i));
            made(GROUPS, "{'name':'budget %02d'}".formatted(i));
            made(group + "users/", "{'username':'budget-%02d'}".formatted(i));
            made(PulpClient.API + "robots/", "{'name':'budget-user+r%02d'}".formatted(i));
        }
        ConsoleClient admin = ConsoleClient.administrator();
        String userPage = "/ui/access/users/" + id(user);
        for (String path : List.of(
                "/ui/access/",
                "/ui/access/users/",
                "/ui/access/groups/",
                "/ui/access/roles/",
                "/ui/access/robots/?namespace=budget-user",
                "/ui/access/audit/",
                "/ui/status/",
                userPage,
                "/ui/access/groups/" + id(group))) {
            assertThat(reads(admin, path)).as(path).isLessThanOrEqualTo(MOST);
        }
        ConsoleClient own = ConsoleClient.user("budget-user", PASSWORD);
        for (String path : List.of(
                "/ui/access/roles/", "/ui/access/groups/", "/ui/access/robots/?namespace=budget-user", "/ui/status/")) {
            assertThat(reads(own, path)).as(path).isLessThanOrEqualTo(MOST);
        }
        // Five kinds of objects at most, and what the two holders were given, once to say what is theirs.
        assertThat(reads(own, "/ui/access/")).isLessThanOrEqualTo(10);
    }

    private static String id(String href) {
        return href.replaceFirst(".*/(\\d+)/$", "$1/");
    }
}
