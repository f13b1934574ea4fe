package dev.lading.management;

import dev.lading.management.api.Json;
import dev.lading.management.api.Selection;
import dev.lading.random.Randomness;
import dev.lading.task.TaskRequest;
import dev.lading.task.TaskService;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;

/** Starts tasks for requests. */
@Singleton
public class TaskDispatch {
    /** What clients call a request, to find it again in logs; also in the answer. */
    static final String CORRELATION = "Correlation-ID";

    private final TaskService tasks;

    public TaskDispatch(TaskService tasks) {
        this.tasks = tasks;
    }

    /**
     * 202 with the href of a new task.
     *
     * @param arguments as the handler reads them
     * @param group tasks of one group run one after another
     * @param resources by resource name, with {@code shared:} in front of those that are only read
     */
    Response start(String name, Record arguments, String group, List<String> resources, HttpServerRequest request) {
        String correlation = correlation(request);
        var task = tasks.dispatch(new TaskRequest(name, Json.write(arguments), group, resources, correlation));
        return Response.accepted(TaskModel.STARTED.render(task, Selection.ALL))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .header(CORRELATION, correlation)
                .build();
    }

    /** Deletes a resource in a task. */
    Response delete(Kind kind, UUID id, HttpServerRequest request) {
        String prn = kind.prn(id);
        String group = kind.equals(Kind.DISTRIBUTION) ? ResourceTasks.DISTRIBUTIONS : prn;
        return start(
                ResourceTasks.DELETE, new ResourceTasks.Deletion(kind.label(), id), group, List.of(group), request);
    }

    private static String correlation(HttpServerRequest request) {
        String given = request.getHeader(CORRELATION);
        return given != null && given.matches("[\\w.:-]{1,100}")
                ? given
                : Randomness.uuid().toString().replace("-", "");
    }
}
