package dev.lading.infra.construct;

import java.util.Optional;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Alarms that notify one topic. */
public final class Alarms extends Construct {
    private static final int PERIODS = 3;

    private final Topic topic;

    /** @param email to notify, once its owner has confirmed AWS's subscription */
    public Alarms(Construct scope, String id, Optional<String> email) {
        super(scope, id);
        topic = Topic.Builder.create(this, "Topic")
                .displayName("Lading")
                .enforceSsl(true)
                .build();
        email.ifPresent(address -> topic.addSubscription(new EmailSubscription(address)));
    }

    /** Adds an alarm for one period at or over a threshold. Missing data raises none. */
    public void atOnce(String id, IMetric metric, double threshold, String description) {
        alarm(id, metric, threshold, description, 1);
    }

    /** Adds an alarm for three consecutive periods at or over a threshold. */
    public void whenItStays(String id, IMetric metric, double threshold, String description) {
        alarm(id, metric, threshold, description, PERIODS);
    }

    private void alarm(String id, IMetric metric, double threshold, String description, int periods) {
        Alarm.Builder.create(this, id)
                .metric(metric)
                .threshold(threshold)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .evaluationPeriods(periods)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .alarmDescription(description)
                .build()
                .addAlarmAction(new SnsAction(topic));
    }
}
