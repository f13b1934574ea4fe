package dev.lading.console.robot;

import dev.lading.account.Robot;
import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.console.access.GivenRoles;
import dev.lading.console.access.Tabs;
import io.quarkus.qute.TemplateInstance;
import java.util.List;

/** @param maker the name of who made it; empty: the administrator, or somebody who is gone */
record RobotPage(
        Frame page,
        Tabs tabs,
        Robot robot,
        List<SecretState> secrets,
        String maker,
        List<GivenRoles.Row> given,
        FormInput form,
        String done)
        implements TemplateInstance {}
