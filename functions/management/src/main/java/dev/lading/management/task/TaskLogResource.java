package dev.lading.management.task;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.blob.BlobStore;
import dev.lading.history.row.BlobEntry;
import dev.lading.management.access.Right;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
import dev.lading.operation.build.BuildTasks;
import dev.lading.operation.build.Builder;
import dev.lading.task.TaskId;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** Logs of builds, which grow while they run. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class TaskLogResource {
    private static final int PARTIAL = 206;
    private static final int NOT_YET = 416;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,15})-([0-9]{0,15})");

    private final TaskResource tasks;
    private final Builder builder;
    private final BuildTasks builds;
    private final BlobStore blobs;

    public TaskLogResource(TaskResource tasks, Builder builder, BuildTasks builds, BlobStore blobs) {
        this.tasks = tasks;
        this.builder = builder;
        this.builds = builds;
        this.blobs = blobs;
    }

    /** A log, wherever it is. */
    private record Log(long size, Source source) {}

    @FunctionalInterface
    private interface Source {
        /** What is sent: bytes that there are, at least one. */
        Object part(long from, long bytes) throws IOException;
    }

    /** The log as it is now; a range from its end on is answered 416 until there is more. Source: RFC 9110, 14.2. */
    @GET
    @Path("tasks/{task_href}/log")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "tasks_log",
            summary = "Show the log of a build, or a range of it",
            answers = {"200", "206", "416"})
    public Response log(
            @PathParam("task_href") String id,
            @HeaderParam("Range") @Nullable String range,
            @Context RoutingContext request)
            throws IOException {
        Log log = find(tasks.readable(id, request));
        Matcher asked = RANGE.matcher(range == null ? "" : range);
        if (!asked.matches()) {
            return text(Response.ok(), log, 0, log.size());
        }
        long from = Long.parseLong(asked.group(1));
        long last = log.size() - 1;
        long to = asked.group(2).isEmpty() ? last : Math.min(last, Long.parseLong(asked.group(2)));
        if (from > to) {
            return Response.status(NOT_YET)
                    .header("Content-Range", "bytes */" + log.size())
                    .build();
        }
        return text(
                Response.status(PARTIAL).header("Content-Range", "bytes " + from + "-" + to + "/" + log.size()),
                log,
                from,
                to - from + 1);
    }

    /** The builder's own, which grows and is whole; else what the version keeps of it. */
    private Log find(TaskId task) throws IOException {
        Optional<java.nio.file.Path> file = builder.log(task);
        if (file.isPresent()) {
            return new Log(Files.size(file.get()), (from, bytes) -> new PathPart(file.get(), from, bytes));
        }
        if (!tasks.hasLog(task)) {
            throw Problem.notFound();
        }
        return builds.keptLog(task)
                .map(this::kept)
                // Not begun yet, or never: a build may fail before.
                .orElseGet(() -> new Log(0, (from, bytes) -> ""));
    }

    private Log kept(BlobEntry blob) {
        return new Log(blob.sizeBytes(), (from, bytes) -> {
            try (InputStream in = blobs.read(blob.key().orElseThrow(), from, bytes)) {
                return in.readAllBytes();
            }
        });
    }

    private static Response text(Response.ResponseBuilder answer, Log log, long from, long bytes) throws IOException {
        return answer.entity(bytes == 0 ? "" : log.source().part(from, bytes))
                .type("text/plain;charset=UTF-8")
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
