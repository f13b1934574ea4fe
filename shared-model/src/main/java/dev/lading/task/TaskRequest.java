package dev.lading.task;

import java.util.List;

/**
 * A request for a long-running operation.
 *
 * @param name of the {@link TaskHandler}
 * @param arguments for the handler
 * @param group tasks of one group run one after another: the resource that the task changes
 * @param resources all that the task changes or reads, by resource name
 * @param correlation the caller's id of the request
 */
public record TaskRequest(String name, String arguments, String group, List<String> resources, String correlation) {
    public TaskRequest {
        resources = resources == null ? List.of() : List.copyOf(resources);
    }
}
