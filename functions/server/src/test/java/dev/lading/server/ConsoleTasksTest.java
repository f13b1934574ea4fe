package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.console.task.LogTail;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskRequest;
import dev.lading.task.TaskState;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pages of tasks. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleTasksTest {
    private static final String LIST = "/ui/tasks/";
    private static final String PASSWORD = "battery staple";

    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient admin = ConsoleClient.administrator();
    private final MetadataStore store;

    ConsoleTasksTest(MetadataStore store) {
        this.store = store;
    }

    private String deleted(String name) {
        String href = pulp.createRepository(name).path("pulp_href").asText();
        var task = pulp.task("DELETE", href, "");
        return task.path("pulp_href").asText().replaceFirst(".*/([^/]+)/$", "$1");
    }

    @Test
    void a_list_filters_and_a_page_tells_what_it_came_to() {
        String id = deleted("ui-task");

        assertThat(admin.page(LIST + "?state=completed&name=delete")).contains(id, "Delete");
        assertThat(admin.page(LIST + "?state=failed&name=general_delete")).doesNotContain(id);
        assertThat(admin.page(LIST + "?name=%3Cscript%3E"))
                .contains("&lt;script&gt;")
                .doesNotContain("<script>\"");
        assertThat(admin.page(LIST + "?after=x&state=y")).contains("No task");
        assertThat(admin.page(LIST + id + "/"))
                .contains("completed", "pulp task show", "Took")
                .doesNotContain("hx-get", "Cancel this task");
    }

    @Test
    void only_who_asked_for_it_sees_it() {
        String id = deleted("ui-others-task");
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"ui-t\",\"password\":\"" + PASSWORD + "\"}");
        ConsoleClient user = ConsoleClient.user("ui-t", PASSWORD);

        assertThat(user.page(LIST)).doesNotContain(id);
        assertThat(user.get(LIST + id).status()).isEqualTo(404);
        assertThat(user.submit(LIST + id + "/cancel").status()).isEqualTo(404);
        assertThat(ConsoleClient.visitor().get(LIST).status()).isEqualTo(401);
        assertThat(ConsoleClient.visitor().get(LIST + id).status()).isEqualTo(401);
    }

    @Test
    void one_that_goes_on_is_asked_for_again_and_can_be_canceled() {
        Task task = running("busy<script>1");
        String path = LIST + task.id() + "/";

        assertThat(admin.page(path))
                .contains("hx-trigger=\"load delay:1s\"", "hx-select=\"#task\"", "Cancel this task", "&lt;script&gt;1")
                .contains("<progress max=\"2000\" value=\"500\"", "500 B of 2.0 kB")
                .doesNotContain("<script>1");
        assertThat(admin.post(path + "cancel").status()).isEqualTo(403);
        assertThat(admin.submit(path + "cancel").header("Location")).isEqualTo(path);
        assertThat(admin.page(path)).contains("cancel").doesNotContain("Cancel this task");
    }

    /** One that nothing runs. */
    private Task running(String name) {
        Instant now = Instant.now();
        var task = new Task(
                TaskId.next(now),
                new TaskRequest(name, "{}", "ui-group", List.of("ui-group"), "ui"),
                TaskState.RUNNING,
                now,
                now,
                Optional.of(now),
                Optional.empty(),
                List.of(new ProgressReport("ui.bytes", "Bytes <script>1", TaskState.RUNNING, Optional.of(2_000L), 500)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0);
        store.write(Write.put(Task.TABLE, task, Condition.absent()));
        return task;
    }

    @Test
    void the_log_of_a_build_is_shown_without_its_controls() throws IOException {
        var file = Files.createTempFile("log", ".txt");
        Files.write(file, ("x".repeat(20_000) + "\nlast \u001b[31mred\u001b[0m\u0007 line\n").getBytes(UTF_8));

        var tail = LogTail.of(file).orElseThrow();

        assertThat(tail.text()).isEqualTo("last red line\n");
        assertThat(tail.skippedBytes()).isPositive();
        Files.delete(file);
        assertThat(LogTail.of(file)).isEmpty();
    }
}
