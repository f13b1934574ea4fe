package dev.lading.attestation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.oci.ParseRoom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How an image was built. Two builds of the same image differ in their invocation and its times alone. Source: SLSA
 * v1.0, "Provenance".
 *
 * @param dependencies base images, the context and the Containerfile, in the order in which they are to be listed
 * @param invocation what the builder calls this run, such as the task's name
 */
public record Provenance(
        BuildParameters parameters,
        List<Dependency> dependencies,
        BuilderIdentity builder,
        String invocation,
        Instant started,
        Instant finished)
        implements Predicate {
    /** How parameters and dependencies are to be read: docs/builds.md, "How it was made". */
    public static final String BUILD_TYPE = "https://lading.dev/build/containerfile/v1";

    private static final String TYPE = "https://slsa.dev/provenance/v1";

    public Provenance {
        dependencies = List.copyOf(dependencies);
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public String json() {
        ObjectNode root = ParseRoom.JSON.createObjectNode();
        ObjectNode definition = root.putObject("buildDefinition").put("buildType", BUILD_TYPE);
        parameters.writeTo(definition.putObject("externalParameters"));
        ArrayNode resolved = definition.putArray("resolvedDependencies");
        dependencies.forEach(each -> each.writeTo(resolved.addObject()));
        ObjectNode run = root.putObject("runDetails");
        builder.writeTo(run.putObject("builder"));
        run.putObject("metadata")
                .put("invocationId", invocation)
                .put("startedOn", seconds(started))
                .put("finishedOn", seconds(finished));
        return root.toString();
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
