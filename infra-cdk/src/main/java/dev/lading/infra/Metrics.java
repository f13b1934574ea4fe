package dev.lading.infra;

import dev.lading.infra.construct.LadingFunction;
import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.construct.WorkQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeElb;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeTarget;

/** What is worth looking at, of everything that is deployed. All of it is measured by AWS at no price. */
record Metrics(
        ApiStack api,
        LadingStorage storage,
        List<LadingFunction> functions,
        WorkQueue tasks,
        WorkQueue copies,
        Optional<UploadStack.Service> upload) {
    static final Duration PERIOD = Duration.minutes(5);

    private static final MetricOptions SUM = options("Sum");
    private static final MetricOptions MOST = options("Maximum");
    private static final MetricOptions P95 = options("p95");

    Metric requests() {
        return api.api().metricCount(SUM);
    }

    Metric clientErrors() {
        return api.api().metricClientError(SUM);
    }

    Metric serverErrors() {
        return api.api().metricServerError(SUM);
    }

    /** In milliseconds; 19 of 20 answers took less. */
    Metric latency() {
        return api.api().metricLatency(P95);
    }

    /** What was given up. */
    static Metric dead(WorkQueue queue) {
        return queue.dead().metricApproximateNumberOfMessagesVisible(MOST);
    }

    /** How long the oldest has waited, in seconds. */
    static Metric age(WorkQueue queue) {
        return queue.queue().metricApproximateAgeOfOldestMessage(MOST);
    }

    static Metric errors(LadingFunction function) {
        return function.function().metricErrors(SUM);
    }

    static Metric throttles(LadingFunction function) {
        return function.function().metricThrottles(SUM);
    }

    static Metric duration(LadingFunction function) {
        return function.function().metricDuration(P95);
    }

    static Metric concurrency(LadingFunction function) {
        return function.function().metric("ConcurrentExecutions", MOST);
    }

    Metric readUnits() {
        return storage.table().metricConsumedReadCapacityUnits(SUM);
    }

    Metric writeUnits() {
        return storage.table().metricConsumedWriteCapacityUnits(SUM);
    }

    /** Requests that the table refused, reads and writes. */
    List<Metric> tableThrottles() {
        return List.of(table("ReadThrottleEvents"), table("WriteThrottleEvents"));
    }

    /** Answers with 5xx, of the service and of its load balancer. */
    static List<Metric> serverErrors(UploadStack.Service upload) {
        var balancer = upload.entrance().balancer().getMetrics();
        return List.of(
                balancer.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, SUM),
                balancer.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, SUM));
    }

    static List<Metric> load(UploadStack.Service upload) {
        List<Metric> load = new ArrayList<>();
        load.add(upload.tasks().service().metricCpuUtilization());
        load.add(upload.tasks().service().metricMemoryUtilization());
        return load;
    }

    static Metric unhealthy(UploadStack.Service upload) {
        return upload.tasks().targets().getMetrics().unhealthyHostCount(MOST);
    }

    private Metric table(String name) {
        return Metric.Builder.create()
                .namespace("AWS/DynamoDB")
                .metricName(name)
                .dimensionsMap(Map.of("TableName", storage.table().getTableName()))
                .statistic("Sum")
                .period(PERIOD)
                .build();
    }

    private static MetricOptions options(String statistic) {
        return MetricOptions.builder().statistic(statistic).period(PERIOD).build();
    }
}
