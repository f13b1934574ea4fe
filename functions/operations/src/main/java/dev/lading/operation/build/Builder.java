package dev.lading.operation.build;

import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.task.TaskId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Runs Containerfiles. What they run is a stranger's: a builder keeps it from everything but what the plan gives it. */
public interface Builder {
    /** Where there is nothing to build with. */
    static Builder none(String reason) {
        return new None(BuilderAbilities.none(reason));
    }

    /** Builds nothing, and says why. */
    record None(BuilderAbilities abilities) implements Builder {
        @Override
        public BuiltImages build(BuildPlan plan, BuildWatch watch) {
            throw new BuildFailed(abilities.reason().orElseThrow());
        }

        @Override
        public Optional<Path> log(TaskId build) {
            return Optional.empty();
        }
    }

    /** What this builder can do, as far as it was found out; waits for nothing. */
    BuilderAbilities abilities();

    /**
     * What it can do, when that was found out: some seconds after a start, and minutes where a program hangs.
     *
     * @param check called meanwhile; ends the wait by what it throws
     */
    default BuilderAbilities awaited(Runnable check) {
        return abilities();
    }

    /**
     * Builds, and returns when it has ended. Nothing of the build is left when the result is closed, or after a failure,
     * but its log.
     *
     * @throws BuildFailed with the reason
     */
    BuiltImages build(BuildPlan plan, BuildWatch watch) throws IOException;

    /** The log of a build, which grows while it runs; empty: there is none, or none any more. */
    Optional<Path> log(TaskId build);
}
