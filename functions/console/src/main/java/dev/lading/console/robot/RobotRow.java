package dev.lading.console.robot;

import dev.lading.account.Robot;
import dev.lading.password.RobotSecret;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A robot in a list.
 *
 * @param secrets the newest first
 */
public record RobotRow(Robot robot, List<SecretState> secrets) {
    static RobotRow of(Robot robot, Instant now) {
        return new RobotRow(robot, SecretState.of(robot, now));
    }

    /** The one to use; empty: all were ended. */
    public Optional<SecretState> newest() {
        return secrets.stream().findFirst();
    }

    public Optional<Instant> lastUsed() {
        return secrets.stream()
                .map(SecretState::secret)
                .map(RobotSecret::lastUsed)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }
}
