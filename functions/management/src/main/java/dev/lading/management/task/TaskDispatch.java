package dev.lading.management.task;

import dev.lading.management.access.Access;
import dev.lading.management.resource.Responses;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceTasks;
import dev.lading.operation.ResourceType;
import dev.lading.random.Randomness;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** Starts tasks for requests. */
@Singleton
public class TaskDispatch {
    /** Header with a client's id of a request, by which it is found in logs; repeated in the answer. */
    static final String CORRELATION = "Correlation-ID";

    private static final int ACCEPTED = 202;

    private final Tasks tasks;

    public TaskDispatch(Tasks tasks) {
        this.tasks = tasks;
    }

    /**
     * Starts a task; answers 202 with its href.
     *
     * @param arguments as the handler reads them
     */
    public Response start(String name, Record arguments, Reservation reservation, RoutingContext request) {
        String correlation = correlation(request);
        var task =
                tasks.dispatch(reservation.request(name, arguments, correlation).by(Access.caller(request)));
        return Responses.of(ACCEPTED, TaskModel.STARTED, task)
                .header(CORRELATION, correlation)
                .build();
    }

    /** Deletes a resource in a task. */
    public Response delete(ResourceType kind, UUID id, RoutingContext request) {
        var deletion = new ResourceTasks.Deletion(kind.label(), id);
        return start(ResourceTasks.DELETE, deletion, reservation(kind, id), request);
    }

    /** Answers a change of settings by a task or, if nothing changed, by the resource. */
    public Response updated(ResourceType kind, UUID id, RoutingContext request) {
        var update = new ResourceTasks.Update(kind.label(), id);
        return start(ResourceTasks.UPDATE, update, reservation(kind, id), request);
    }

    private static Reservation reservation(ResourceType kind, UUID id) {
        return kind.equals(ResourceType.DISTRIBUTION) ? ResourceTasks.DISTRIBUTIONS : Reservation.of(kind.prn(id));
    }

    private static String correlation(RoutingContext request) {
        String given = request.request().getHeader(CORRELATION);
        return given != null && given.matches("[\\w.:-]{1,100}")
                ? given
                : Randomness.uuid().toString().replace("-", "");
    }
}
