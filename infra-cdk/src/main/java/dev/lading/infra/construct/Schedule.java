package dev.lading.infra.construct;

import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.scheduler.CfnSchedule.FlexibleTimeWindowProperty;
import software.amazon.awscdk.services.scheduler.CfnSchedule.RetryPolicyProperty;
import software.amazon.awscdk.services.scheduler.CfnSchedule.TargetProperty;
import software.constructs.Construct;

/** Calls a function's alias with a fixed event, on a schedule. */
public final class Schedule extends Construct {
    private static final int HOUR_SECONDS = 3600;

    /**
     * @param expression of EventBridge Scheduler, such as {@code rate(1 hour)}
     * @param event JSON
     */
    public Schedule(Construct scope, String id, String expression, LadingFunction function, String event) {
        super(scope, id);
        Role caller = Role.Builder.create(this, "Role")
                .assumedBy(new ServicePrincipal("scheduler.amazonaws.com"))
                .build();
        function.grantInvoke(caller);
        CfnSchedule schedule = CfnSchedule.Builder.create(this, "Schedule")
                .scheduleExpression(expression)
                .flexibleTimeWindow(
                        FlexibleTimeWindowProperty.builder().mode("OFF").build())
                .target(TargetProperty.builder()
                        .arn(function.alias().getFunctionArn())
                        .roleArn(caller.getRoleArn())
                        .input(event)
                        .retryPolicy(RetryPolicyProperty.builder()
                                .maximumRetryAttempts(3)
                                .maximumEventAgeInSeconds(HOUR_SECONDS)
                                .build())
                        .build())
                .build();
        schedule.getNode().addDependency(caller);
    }
}
