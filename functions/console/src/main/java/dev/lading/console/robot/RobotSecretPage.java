package dev.lading.console.robot;

import dev.lading.account.Robot;
import dev.lading.console.Frame;
import dev.lading.console.access.Tabs;
import dev.lading.password.RobotSecret;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/**
 * The one answer that shows a secret.
 *
 * @param secret the text
 * @param before secrets that count beside it
 * @param command that made it, or would have
 */
record RobotSecretPage(
        Frame page, Tabs tabs, Robot robot, String secret, RobotSecret made, List<RobotSecret> before, String command)
        implements TemplateInstance {
    /** Nothing of the secret, so that no log has it. */
    @Override
    public String toString() {
        return "a new secret of " + robot.name();
    }
}
