package dev.lading.operation;

import dev.lading.history.row.RepositoryId;
import dev.lading.task.TaskRequest;
import java.util.List;
import java.util.stream.Stream;

/**
 * The resources that a task locks.
 *
 * @param group tasks of one group run one after another
 * @param resources by resource name, with {@value #SHARED} in front of those that are only read
 */
public record Reservation(String group, List<String> resources) {
    public static final String SHARED = "shared:";

    public static Reservation of(String resource) {
        return new Reservation(resource, List.of(resource));
    }

    public static Reservation of(RepositoryId repository) {
        return of(ResourceType.REPOSITORY.prn(repository.value()));
    }

    /** This reservation, extended by a resource that the task reads. */
    public Reservation reading(String resource) {
        return resources.contains(resource)
                ? this
                : new Reservation(
                        group,
                        Stream.concat(resources.stream(), Stream.of(SHARED + resource))
                                .toList());
    }

    /** @param arguments as the task's handler reads them */
    public TaskRequest request(String task, Record arguments, String correlation) {
        return new TaskRequest(task, TaskJson.write(arguments), group, resources, correlation);
    }
}
