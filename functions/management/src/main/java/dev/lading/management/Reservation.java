package dev.lading.management;

import dev.lading.management.api.Json;
import dev.lading.repository.RepositoryId;
import dev.lading.task.TaskRequest;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a task keeps others from.
 *
 * @param group tasks of one group run one after another
 * @param resources by resource name, with {@value #SHARED} in front of those that are only read
 */
record Reservation(String group, List<String> resources) {
    static final String SHARED = "shared:";

    static Reservation of(String resource) {
        return new Reservation(resource, List.of(resource));
    }

    static Reservation of(RepositoryId repository) {
        return of(Kind.REPOSITORY.prn(repository.value()));
    }

    /** The same for a task that reads another resource, too. */
    Reservation reading(String resource) {
        return resources.contains(resource)
                ? this
                : new Reservation(
                        group,
                        Stream.concat(resources.stream(), Stream.of(SHARED + resource))
                                .toList());
    }

    /** @param arguments as the task's handler reads them */
    TaskRequest request(String task, Record arguments, String correlation) {
        return new TaskRequest(task, Json.write(arguments), group, resources, correlation);
    }
}
