package dev.lading.console.robot;

import dev.lading.account.Robot;
import dev.lading.password.RobotSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A secret of a robot, and what somebody should know of it in time. */
public record SecretState(RobotSecret secret, Instant now) {
    private static final Duration OLD = Duration.ofDays(90);
    private static final Duration SOON = Duration.ofDays(14);

    /** The newest first. */
    static List<SecretState> of(Robot robot, Instant now) {
        return robot.secrets().reversed().stream()
                .map(secret -> new SecretState(secret, now))
                .toList();
    }

    public boolean counts() {
        return secret.counts(now);
    }

    /** Empty: all is well with it. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (!counts()) {
            return List.of("expired");
        }
        if (secret.expires().isBefore(now.plus(SOON))) {
            warnings.add("expires within " + SOON.toDays() + " days");
        }
        if (secret.created().isBefore(now.minus(OLD))) {
            warnings.add("older than " + OLD.toDays() + " days");
        }
        return warnings;
    }
}
