package dev.lading.attestation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was asked of a build, by whoever could ask.
 *
 * @param containerfile its name in the context
 * @param target the stage that was built; empty: the last
 * @param network {@code none} or {@code open}
 * @param secrets names of the secrets that were mounted; their values are written nowhere
 * @param sourceDate the time that files and layers are given; empty: the builder's own
 */
public record BuildParameters(
        String containerfile,
        Optional<String> target,
        List<String> platforms,
        Map<String, String> buildArgs,
        Map<String, String> labels,
        String network,
        Set<String> secrets,
        Optional<Instant> sourceDate) {
    public BuildParameters {
        platforms = List.copyOf(platforms);
        buildArgs = Map.copyOf(buildArgs);
        labels = Map.copyOf(labels);
        secrets = Set.copyOf(secrets);
    }

    void writeTo(ObjectNode node) {
        node.put("containerfile", containerfile);
        target.ifPresent(stage -> node.put("target", stage));
        ArrayNode wanted = node.putArray("platforms");
        platforms.forEach(wanted::add);
        new TreeMap<>(buildArgs).forEach(node.putObject("buildArgs")::put);
        new TreeMap<>(labels).forEach(node.putObject("labels")::put);
        node.put("network", network);
        ArrayNode mounted = node.putArray("secrets");
        secrets.stream().sorted().forEach(mounted::add);
        sourceDate.ifPresent(date -> node.put("sourceDateEpoch", date.getEpochSecond()));
    }
}
