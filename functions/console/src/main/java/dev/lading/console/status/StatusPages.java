package dev.lading.console.status;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.management.TokenKeyResource;
import dev.lading.management.access.Right;
import dev.lading.management.status.StatusResource;
import dev.lading.management.status.StorageFigures;
import dev.lading.operation.build.Builder;
import dev.lading.operation.build.BuilderAbilities;
import dev.lading.remote.PullThroughCounts;
import dev.lading.signing.KeyRotation;
import dev.lading.signing.KeySchedule;
import dev.lading.task.Task;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code /ui/status/}: how the registry is, and what to do where that is bad. */
@Path(ConsolePath.ROOT + "/status")
@Needs(Permission.SESSION)
public class StatusPages {
    private static final int NEWEST_TASKS = 200;

    /** How late a key that is replaced by itself may be before somebody should look. */
    private static final Duration LATE = Duration.ofDays(1);

    private final StatusResource status;
    private final StorageFigures storage;
    private final Builder builder;
    private final Tasks tasks;
    private final Activity activity;
    private final PullThroughCounts throughs;
    private final KeyRotation keys;
    private final ConsolePages pages;
    private final String version;

    public StatusPages(
            StatusResource status,
            StorageFigures storage,
            Builder builder,
            Tasks tasks,
            Activity activity,
            PullThroughCounts throughs,
            KeyRotation keys,
            ConsolePages pages,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.status = status;
        this.storage = storage;
        this.builder = builder;
        this.tasks = tasks;
        this.activity = activity;
        this.throughs = throughs;
        this.keys = keys;
        this.pages = pages;
        this.version = version;
    }

    /** At most four reads: one of anything, two of tasks, and one of keys. */
    @GET
    @Right(Right.BY_CALLER)
    public Response read(@Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.STATUS, "Status");
        boolean readable = status.isConnected();
        Optional<Disk> disk = Disk.of(storage.bytes());
        BuilderAbilities abilities = builder.abilities();
        Optional<StatusPage.Inside> inside =
                page.administrator() && readable ? Optional.of(inside(page.now())) : Optional.empty();
        return pages.answer(new StatusPage(
                page,
                version,
                new TreeMap<>(StatusResource.versions()),
                readable,
                disk,
                abilities,
                inside,
                advice(readable, disk, inside, page.now())));
    }

    private StatusPage.Inside inside(Instant now) {
        List<Task> newest = tasks.all().limit(NEWEST_TASKS).toList();
        return new StatusPage.Inside(
                TaskQueue.of(newest, now),
                activity.counts(),
                PullThroughTotals.of(throughs),
                TokenKeyResource.Shown.all(keys.read(), now).toList());
    }

    private static List<StatusPage.Advice> advice(
            boolean readable, Optional<Disk> disk, Optional<StatusPage.Inside> inside, Instant now) {
        List<StatusPage.Advice> advice = new ArrayList<>();
        if (!readable) {
            advice.add(new StatusPage.Advice(
                    "bad", "Records cannot be read. The server's log says why; look at its disk, or its table.", ""));
        }
        disk.filter(Disk::isLittle)
                .ifPresent(little -> advice.add(new StatusPage.Advice(
                        "bad",
                        little.percent() + " % of the disk are used. Delete repositories or old versions, and run"
                                + " pulp orphan cleanup; or give the data folder a larger disk.",
                        "")));
        inside.ifPresent(shown -> {
            TaskQueue queue = shown.queue();
            if (queue.failed() > 0) {
                advice.add(new StatusPage.Advice(
                        "warn",
                        queue.failed() + (queue.failed() == 1 ? " task" : " tasks")
                                + " failed within a day; each says why on its page.",
                        "/tasks/?state=failed"));
            }
            if (queue.waitsLong(now)) {
                advice.add(new StatusPage.Advice(
                        "warn",
                        "Tasks wait for long: others of the same repository run before them, or all workers are busy."
                                + " Cancel what runs in vain.",
                        "/tasks/"));
            }
            shown.counts()
                    .filter(counts -> counts.failures() > 0)
                    .ifPresent(counts -> advice.add(new StatusPage.Advice(
                            "warn",
                            "The registry failed to answer " + counts.failures()
                                    + " of its requests since it began. Its log has each with an id.",
                            "")));
            shown.keys().stream()
                    .filter(key -> key.state().equals("signing"))
                    .filter(key -> key.key()
                            .signsFrom()
                            .isBefore(now.minus(KeySchedule.ROTATED_AFTER).minus(LATE)))
                    .findFirst()
                    .ifPresent(key -> advice.add(new StatusPage.Advice(
                            "warn",
                            "The key that signs tokens should have been replaced by itself. The server's log says why"
                                    + " it was not.",
                            "")));
        });
        return advice;
    }
}
