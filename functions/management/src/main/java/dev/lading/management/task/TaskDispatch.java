package dev.lading.management.task;

import dev.lading.http.RequestActor;
import dev.lading.management.access.Access;
import dev.lading.management.resource.Responses;
import dev.lading.operation.Reservation;
import dev.lading.operation.ResourceTasks;
import dev.lading.operation.ResourceType;
import dev.lading.task.Task;
import dev.lading.task.Tasks;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** Starts tasks for requests. */
@Singleton
public class TaskDispatch {
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
        return started(dispatch(name, arguments, reservation, request));
    }

    /** Answers 202 with a task's href. */
    public Response started(Task task) {
        return Responses.of(ACCEPTED, TaskModel.STARTED, task).build();
    }

    /** Starts a task for whoever asks. */
    public Task dispatch(String name, Record arguments, Reservation reservation, RoutingContext request) {
        var asked = reservation.request(name, arguments, RequestActor.requestId());
        return tasks.dispatch(asked.by(Access.caller(request)));
    }

    /** Starts a task that is in a group; answers 202 with the group's href. */
    public Response startGroup(String name, Record arguments, Reservation reservation, RoutingContext request) {
        return Responses.of(ACCEPTED, TaskGroupModel.STARTED, dispatch(name, arguments, reservation, request))
                .build();
    }

    /** Deletes a resource in a task. */
    public Response delete(ResourceType kind, UUID id, RoutingContext request) {
        return started(deletion(kind, id, request));
    }

    /** Starts the task that deletes a resource. */
    public Task deletion(ResourceType kind, UUID id, RoutingContext request) {
        var deletion = new ResourceTasks.Deletion(kind.label(), id);
        return dispatch(ResourceTasks.DELETE, deletion, reservation(kind, id), request);
    }

    /** Answers a change of settings by a task or, if nothing changed, by the resource. */
    public Response updated(ResourceType kind, UUID id, RoutingContext request) {
        return started(update(kind, id, request));
    }

    /** Starts the task that ends a change of settings. */
    public Task update(ResourceType kind, UUID id, RoutingContext request) {
        var update = new ResourceTasks.Update(kind.label(), id);
        return dispatch(ResourceTasks.UPDATE, update, reservation(kind, id), request);
    }

    private static Reservation reservation(ResourceType kind, UUID id) {
        return kind.equals(ResourceType.DISTRIBUTION) ? ResourceTasks.DISTRIBUTIONS : Reservation.of(kind.prn(id));
    }
}
