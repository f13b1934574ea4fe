package dev.lading.operation.build;

import dev.lading.operation.build.BuildSecrets.Secret;
import dev.lading.task.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a builder needs for one build.
 *
 * @param containerfile its text
 * @param secrets by id; they are mounted where a step asks for them, and are nowhere else
 * @param bytes of memory, and of disk
 * @param dated the date of all that is made; empty: that of the context's newest file
 * @param token that lets the builder pull, and push to its cache
 * @param host by which the Containerfile names this registry
 * @param rules by which it finds other registries' images here
 * @param cache repository that keeps layers; empty: none is used
 * @param ignoring whether ignore files in the context mean something
 */
public record BuildPlan(
        TaskId task,
        String containerfile,
        BuildContext context,
        List<String> platforms,
        Map<String, String> arguments,
        Map<String, String> labels,
        Optional<String> target,
        Map<String, Secret> secrets,
        NetworkMode network,
        Duration timeout,
        Bytes bytes,
        Optional<Instant> dated,
        String token,
        String host,
        List<MirrorRule> rules,
        Optional<String> cache,
        boolean ignoring) {
    /** The last date, in seconds since the epoch: a plain header of a tar can say no later one. */
    public static final long LAST_SECOND = (1L << 33) - 1;

    public BuildPlan {
        platforms = List.copyOf(platforms);
        secrets = Map.copyOf(secrets);
        rules = List.copyOf(rules);
    }

    public record Bytes(long memory, long disk) {}

    /**
     * Images of another registry that are here.
     *
     * @param upstream host name of the registry, and the path there if it is of one repository
     * @param path here
     */
    public record MirrorRule(String upstream, String path) {}
}
