package dev.lading.server;

import static dev.lading.server.PulpClient.API;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schedules in the management API. Their effect is tested by {@link dev.lading.operation.ScheduledSyncsTest}. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class SchedulesTest {
    private final PulpClient pulp = new PulpClient();

    private String remote(String name) {
        return pulp.send(
                        "POST",
                        API + "remotes/container/container/",
                        "{\"name\":\"" + name + "\",\"url\":\"https://a.test\",\"upstream_name\":\"x\"}")
                .json()
                .path("pulp_href")
                .asText();
    }

    private JsonNode create(String name, String more) {
        var answer = pulp.send(
                "POST", REPOSITORIES, "{\"name\":\"" + name + "\",\"remote\":\"" + remote(name) + "\"" + more + "}");
        assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
        return answer.json();
    }

    private JsonNode patch(JsonNode repository, String body) {
        return pulp.change(repository.path("pulp_href").asText(), body);
    }

    @Test
    void what_was_set_is_shown_with_when_it_is_due() {
        JsonNode created = create(
                "scheduled",
                ",\"sync_schedule\":\"cron(0 6 ? * MON-FRI 2099)\",\"sync_schedule_timezone\":\"Europe/Berlin\","
                        + "\"sync_schedule_mirror\":true,\"sync_schedule_signed_only\":true,"
                        + "\"sync_schedule_mirror_empty\":true");

        assertThat(pulp.get(created.path("pulp_href").asText())).isEqualTo(created);
        assertThat(created.path("sync_schedule").asText()).isEqualTo("cron(0 6 ? * MON-FRI 2099)");
        assertThat(created.path("sync_schedule_timezone").asText()).isEqualTo("Europe/Berlin");
        assertThat(created.path("sync_schedule_mirror").asBoolean()).isTrue();
        assertThat(created.path("sync_schedule_signed_only").asBoolean()).isTrue();
        assertThat(created.path("sync_schedule_mirror_empty").asBoolean()).isTrue();
        assertThat(created.path("sync_schedule_next").asText()).isEqualTo("2099-01-01T05:00:00Z");
        assertThat(created.path("sync_schedule_last").isNull()).isTrue();
    }

    @Test
    void without_one_nothing_is_due() {
        JsonNode created = create("unscheduled", "");

        assertThat(created.path("sync_schedule").isNull()).isTrue();
        assertThat(created.path("sync_schedule_timezone").asText()).isEqualTo("UTC");
        assertThat(created.path("sync_schedule_next").isNull()).isTrue();
    }

    @Test
    void a_rate_goes_on_as_it_began_whatever_else_is_changed() {
        Instant before = Instant.now();
        JsonNode created = create("rated", ",\"sync_schedule\":\"rate(6 hours)\"");
        Instant next = Instant.parse(created.path("sync_schedule_next").asText());
        assertThat(next)
                .isBetween(before.plus(Duration.ofHours(6)), Instant.now().plus(Duration.ofHours(6)));

        JsonNode described = patch(created, "{\"description\":\"d\",\"sync_schedule_mirror\":true}");
        JsonNode again = pulp.send("PATCH", created.path("pulp_href").asText(), "{\"sync_schedule\":\"rate(6 hours)\"}")
                .json();
        JsonNode faster = patch(created, "{\"sync_schedule\":\"rate(1 hour)\"}");

        assertThat(described.path("sync_schedule_next")).isEqualTo(created.path("sync_schedule_next"));
        assertThat(again.path("sync_schedule_next")).isEqualTo(created.path("sync_schedule_next"));
        assertThat(again.path("sync_schedule_mirror").asBoolean()).isTrue();
        assertThat(Instant.parse(faster.path("sync_schedule_next").asText()))
                .isBetween(before.plus(Duration.ofHours(1)), next);
        assertThat(patch(created, "{\"sync_schedule\":null}")
                        .path("sync_schedule_next")
                        .isNull())
                .isTrue();
    }

    @Test
    void a_remote_that_goes_takes_the_schedules_that_need_it_along() {
        JsonNode created = create("bereft", ",\"sync_schedule\":\"rate(6 hours)\"");
        String href = created.path("pulp_href").asText();

        assertThat(pulp.send("PATCH", href, "{\"remote\":null}").json().has("sync_schedule"))
                .isTrue();
        pulp.task("DELETE", created.path("remote").asText(), "");

        assertThat(pulp.get(href).path("remote").isNull()).isTrue();
        assertThat(pulp.get(href).path("sync_schedule").isNull()).isTrue();
    }

    @ParameterizedTest(name = "{0} is refused under {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"sync_schedule\":\"hourly\"                       | sync_schedule",
                "\"sync_schedule\":\"\"                             | sync_schedule",
                "\"sync_schedule\":6                                | sync_schedule",
                "\"sync_schedule\":\"at(2026-01-01T00:00:00)\"      | sync_schedule",
                "\"sync_schedule\":\"cron(0 6 * * *)\"              | sync_schedule",
                "\"sync_schedule\":\"cron(0 0 1 1 ? 2020)\"         | sync_schedule",
                "\"sync_schedule_timezone\":\"Mars\",\"sync_schedule\":\"rate(1 day)\" | sync_schedule_timezone",
                "\"sync_schedule_timezone\":\"UTC\"                 | sync_schedule_timezone",
                "\"sync_schedule_mirror\":true                      | sync_schedule_mirror",
                "\"sync_schedule_mirror_empty\":true                | sync_schedule_mirror_empty",
            })
    void what_does_not_fit_is_told_by_field(String fields, String field) {
        String known = remote("of-" + fields.hashCode());

        var answer = pulp.send("POST", REPOSITORIES, "{\"name\":\"bad\",\"remote\":\"" + known + "\"," + fields + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path(field).path(0).asText()).contains(" ");
    }

    @Test
    void a_schedule_needs_a_remote() {
        var answer = pulp.send("POST", REPOSITORIES, "{\"name\":\"bad\",\"sync_schedule\":\"rate(1 day)\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("sync_schedule").path(0).asText()).contains("remote");
        assertThat(pulp.list(REPOSITORIES + "?name=bad", "name")).isEmpty();
    }
}
