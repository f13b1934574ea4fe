package dev.lading.builder;

import dev.lading.operation.build.BuildContext;
import dev.lading.operation.build.BuildPlan;
import dev.lading.operation.build.NetworkMode;
import dev.lading.random.Randomness;
import dev.lading.task.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the trial builds: one program of this machine is run, and does nothing. */
final class TrialPlan {
    static final BuildPlan PLAN = new BuildPlan(
            new TaskId(Randomness.uuid()),
            "FROM scratch\nCOPY . /\nRUN [\"/usr/bin/true\"]\n",
            new BuildContext.Nothing(),
            List.of(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Map.of(),
            NetworkMode.NONE,
            Duration.ofMinutes(1),
            new BuildPlan.Bytes(0, 0),
            Optional.empty(),
            "",
            "localhost",
            List.of(),
            Optional.empty(),
            true);

    private TrialPlan() {}
}
