package dev.lading.task;

import java.util.List;

/**
 * A long operation that somebody asks for.
 *
 * @param name of the {@link TaskHandler} that does it
 * @param arguments what the handler reads
 * @param group tasks of one group run one after another: the resource that the task changes
 * @param resources all that the task changes or reads, by resource name
 * @param correlation what the caller calls the request it came with
 */
public record TaskRequest(String name, String arguments, String group, List<String> resources, String correlation) {
    public TaskRequest {
        resources = resources == null ? List.of() : List.copyOf(resources);
    }
}
