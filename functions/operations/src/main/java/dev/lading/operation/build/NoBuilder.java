package dev.lading.operation.build;

import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.task.TaskId;
import java.nio.file.Path;
import java.util.Optional;

/** Stands where there is nothing to build with, and says why. */
record NoBuilder(BuilderAbilities abilities) implements Builder {
    @Override
    public BuiltImages build(BuildPlan plan, BuildWatch watch) {
        throw new BuildFailed(abilities.reason().orElseThrow());
    }

    @Override
    public Optional<Path> log(TaskId build) {
        return Optional.empty();
    }
}
