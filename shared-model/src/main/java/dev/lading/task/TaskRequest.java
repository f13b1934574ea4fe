package dev.lading.task;

import dev.lading.account.PrincipalId;
import dev.lading.audit.Actor;
import java.util.List;
import java.util.Optional;

/**
 * A request for a long-running operation.
 *
 * @param name of the {@link TaskHandler}
 * @param arguments for the handler
 * @param group tasks of one group run one after another: the resource that the task changes
 * @param resources all that the task changes or reads, by resource name
 * @param correlation the caller's id of the request
 * @param caller the user who asked for it; empty: an administrator, or the registry itself
 * @param actor who asked for it, as changes are told of; empty: the registry itself
 */
public record TaskRequest(
        String name,
        String arguments,
        String group,
        List<String> resources,
        String correlation,
        Optional<PrincipalId> caller,
        Optional<Actor> actor) {
    public TaskRequest {
        resources = resources == null ? List.of() : List.copyOf(resources);
        caller = caller == null ? Optional.empty() : caller;
        actor = actor == null ? Optional.empty() : actor;
    }

    public TaskRequest(String name, String arguments, String group, List<String> resources, String correlation) {
        this(name, arguments, group, resources, correlation, Optional.empty(), Optional.empty());
    }

    /** This request as a user's. */
    public TaskRequest by(Optional<PrincipalId> user) {
        return new TaskRequest(name, arguments, group, resources, correlation, user, actor);
    }

    /** This request as that of the first of those for whom the thread acts. */
    TaskRequest by(List<Actor> actors) {
        return new TaskRequest(
                name,
                arguments,
                group,
                resources,
                correlation,
                caller,
                actors.stream().findFirst());
    }

    /** For whom the task changes something. */
    Actor actor(TaskId task) {
        return actor.orElseGet(() -> Actor.registry(name, correlation)).by("task " + task);
    }
}
