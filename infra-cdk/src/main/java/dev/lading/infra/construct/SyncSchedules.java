package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnScheduleGroup;
import software.constructs.Construct;

/**
 * The group of repositories' sync schedules, deleted with them. The functions put one schedule there for each
 * repository; it sends messages to the task queue.
 */
public final class SyncSchedules extends Construct {
    private final String group;
    private final FifoQueue queue;
    private final Role sender;

    public SyncSchedules(Construct scope, String id, LadingOptions options, FifoQueue queue) {
        super(scope, id);
        this.group = options.stackName("Syncs");
        this.queue = queue;
        CfnScheduleGroup.Builder.create(this, "Group").name(group).build();
        sender = Role.Builder.create(this, "Role")
                .description("Lading: sends what is due")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal("scheduler.amazonaws.com"),
                        Map.of(
                                "StringEquals",
                                Map.of(
                                        "aws:SourceAccount",
                                        Stack.of(this).getAccount(),
                                        "aws:SourceArn",
                                        arn("schedule-group", group)))))
                .build();
        queue.grantSend(sender);
    }

    /** Grants adding schedules to the group and removing them. */
    public void grantManage(IGrantable grantee) {
        var principal = grantee.getGrantPrincipal();
        principal.addToPrincipalPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of(
                        "scheduler:CreateSchedule",
                        "scheduler:DeleteSchedule",
                        "scheduler:GetSchedule",
                        "scheduler:UpdateSchedule"))
                .resources(List.of(arn("schedule", group + "/*")))
                .build());
        principal.addToPrincipalPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of("iam:PassRole"))
                .resources(List.of(sender.getRoleArn()))
                .conditions(Map.of("StringEquals", Map.of("iam:PassedToService", "scheduler.amazonaws.com")))
                .build());
        NagFindings.acceptMatching(
                (Construct) principal,
                NagFindings.IAM_WILDCARD,
                "A schedule is named by its repository's id; the group is all that is known of it.",
                "/^Resource::.*:schedule\\/" + group + "\\/\\*$/");
    }

    private String arn(String resource, String name) {
        return Stack.of(this)
                .formatArn(ArnComponents.builder()
                        .service("scheduler")
                        .resource(resource)
                        .resourceName(name)
                        .build());
    }

    /** Environment of functions that set schedules. */
    public Map<String, String> environment() {
        return Map.of(
                "LADING_AWS_SCHEDULE_GROUP",
                group,
                "LADING_AWS_SCHEDULE_ROLE",
                sender.getRoleArn(),
                "LADING_AWS_QUEUE_ARN",
                queue.queue().getQueueArn());
    }
}
