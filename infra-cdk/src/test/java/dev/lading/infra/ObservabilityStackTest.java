package dev.lading.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;

class ObservabilityStackTest {
    private final Template alarmed = Synthesis.with(Everything.WITH_DOMAINS).observability();

    @Test
    void there_is_a_dashboard_and_no_alarm_unless_asked_for() {
        Template template = Synthesis.with().observability();
        template.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
        template.resourceCountIs("AWS::CloudWatch::Alarm", 0);
    }

    @Test
    void the_dashboard_can_be_left_out() {
        assertThat(Synthesis.with("dashboard=false").observability().toJSON()).doesNotContainKey("Resources");
    }

    @Test
    void alarms_watch_the_api_each_function_the_table_the_queues_and_the_upload_service() {
        rings("AWS/ApiGateway", "5xx", 5);
        rings("AWS/ApiGateway", "Latency", 5000);
        rings("AWS/DynamoDB", "ReadThrottleEvents", 1);
        rings("AWS/DynamoDB", "WriteThrottleEvents", 1);
        rings("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", 5);
        rings("AWS/ApplicationELB", "UnHealthyHostCount", 1);
        for (String metric : List.of("Errors", "Throttles")) {
            alarmed.resourcePropertiesCountIs(
                    "AWS::CloudWatch::Alarm",
                    Match.objectLike(Map.of("Namespace", "AWS/Lambda", "MetricName", metric, "Threshold", 1)),
                    5);
        }
        for (var metric : Map.of("NumberOfMessagesReceived", 1, "ApproximateAgeOfOldestMessage", 3600)
                .entrySet()) {
            alarmed.resourcePropertiesCountIs(
                    "AWS::CloudWatch::Alarm",
                    Match.objectLike(Map.of(
                            "Namespace", "AWS/SQS", "MetricName", metric.getKey(), "Threshold", metric.getValue())),
                    2);
        }
    }

    @Test
    void alarms_are_told_by_e_mail_over_tls() {
        alarmed.allResourcesProperties("AWS::CloudWatch::Alarm", Map.of("AlarmActions", List.of(Match.anyValue())));
        alarmed.hasResourceProperties(
                "AWS::SNS::Subscription", Map.of("Protocol", "email", "Endpoint", "ops@example.org"));
        alarmed.hasResourceProperties(
                "AWS::SNS::TopicPolicy",
                Map.of(
                        "PolicyDocument",
                        Match.objectLike(Map.of(
                                "Statement",
                                Match.arrayWith(List.of(Match.objectLike(Map.of(
                                        "Effect",
                                        "Deny",
                                        "Condition",
                                        Map.of("Bool", Map.of("aws:SecureTransport", "false"))))))))));
    }

    @Test
    void egress_and_spending_are_watched_if_a_limit_is_given() {
        alarmed.hasResourceProperties(
                "AWS::CloudWatch::Alarm",
                Map.of(
                        "Namespace",
                        "AWS/S3",
                        "MetricName",
                        "BytesDownloaded",
                        "Period",
                        3600,
                        "Threshold",
                        100e9,
                        "Dimensions",
                        Match.arrayWith(List.of(Map.of("Name", "FilterId", "Value", "Egress")))));
        Template budget = Synthesis.with("budgetDollars=20", "alarmEmail=ops@example.org", "dashboard=false")
                .observability();
        budget.hasResourceProperties(
                "AWS::Budgets::Budget",
                Map.of(
                        "Budget",
                        Map.of(
                                "BudgetName", "Lading",
                                "BudgetType", "COST",
                                "TimeUnit", "MONTHLY",
                                "BudgetLimit", Map.of("Amount", 20, "Unit", "USD")),
                        "NotificationsWithSubscribers",
                        List.of(told("ACTUAL", 80), told("FORECASTED", 100))));
        budget.resourceCountIs("AWS::CloudWatch::Alarm", 0);
        Synthesis.with().observability().resourceCountIs("AWS::Budgets::Budget", 0);
        assertThat(Synthesis.with("alarms=true").observability().toJSON().toString())
                .doesNotContain("BytesDownloaded");
    }

    private static Map<String, Object> told(String spending, int percent) {
        return Map.of(
                "Notification",
                Map.of(
                        "NotificationType",
                        spending,
                        "ComparisonOperator",
                        "GREATER_THAN",
                        "Threshold",
                        percent,
                        "ThresholdType",
                        "PERCENTAGE"),
                "Subscribers",
                List.of(Map.of("SubscriptionType", "EMAIL", "Address", "ops@example.org")));
    }

    private void rings(String namespace, String metric, int threshold) {
        alarmed.hasResourceProperties(
                "AWS::CloudWatch::Alarm", Map.of("Namespace", namespace, "MetricName", metric, "Threshold", threshold));
    }
}
