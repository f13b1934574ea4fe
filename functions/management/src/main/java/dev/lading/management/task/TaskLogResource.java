package dev.lading.management.task;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.access.Right;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.ApiPath;
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

    public TaskLogResource(TaskResource tasks, Builder builder) {
        this.tasks = tasks;
        this.builder = builder;
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
        TaskId task = tasks.readable(id, request);
        Optional<java.nio.file.Path> file = builder.log(task);
        if (file.isEmpty() && !tasks.hasLog(task)) {
            throw Problem.notFound();
        }
        // Not begun yet, or never: a build may fail before.
        long size = file.isPresent() ? Files.size(file.get()) : 0;
        Matcher asked = RANGE.matcher(range == null ? "" : range);
        if (!asked.matches()) {
            return text(Response.ok(), file, 0, size);
        }
        long from = Long.parseLong(asked.group(1));
        long to = asked.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(asked.group(2)));
        if (from > to) {
            return Response.status(NOT_YET)
                    .header("Content-Range", "bytes */" + size)
                    .build();
        }
        return text(
                Response.status(PARTIAL).header("Content-Range", "bytes " + from + "-" + to + "/" + size),
                file,
                from,
                to - from + 1);
    }

    private static Response text(
            Response.ResponseBuilder answer, Optional<java.nio.file.Path> file, long from, long bytes) {
        return answer.entity(bytes == 0 ? "" : new PathPart(file.orElseThrow(), from, bytes))
                .type("text/plain;charset=UTF-8")
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }
}
