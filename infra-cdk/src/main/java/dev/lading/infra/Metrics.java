package dev.lading.infra;

import dev.lading.infra.construct.FifoQueue;
import dev.lading.infra.construct.LadingFunction;
import dev.lading.infra.construct.LadingStorage;
import dev.lading.infra.construct.UploadFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeElb;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeTarget;

/** The metrics that the dashboard and the alarms show. AWS records all of them without charge, but {@link #egress}. */
record Metrics(
        ApiStack api,
        LadingStorage storage,
        List<LadingFunction> functions,
        FifoQueue tasks,
        FifoQueue copies,
        Optional<UploadStack.Service> upload,
        Optional<UploadFunction> uploadFunction) {
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

    /** 95th percentile of answer times, in milliseconds. */
    Metric latency() {
        return api.api().metricLatency(P95);
    }

    /** Number of messages that were given up. A function takes them out of the dead-letter queue at once. */
    static Metric dead(FifoQueue queue) {
        return queue.dead().metricNumberOfMessagesReceived(SUM);
    }

    /** Age of the oldest message, in seconds. */
    static Metric age(FifoQueue queue) {
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

    /** Reads and writes that the table throttled. */
    List<Metric> tableThrottles() {
        return List.of(table("ReadThrottleEvents"), table("WriteThrottleEvents"));
    }

    /** Bytes of blobs that the bucket sent in an hour: to the internet, where they cost, and within the region. */
    Metric egress() {
        return Metric.Builder.create()
                .namespace("AWS/S3")
                .metricName("BytesDownloaded")
                .dimensionsMap(Map.of("BucketName", storage.bucket().getBucketName(), "FilterId", LadingStorage.EGRESS))
                .statistic("Sum")
                .period(Duration.hours(1))
                .build();
    }

    /** 5xx answers of the service and of its load balancer. */
    static List<Metric> serverErrors(UploadStack.Service upload) {
        var balancer = upload.entrance().balancer().getMetrics();
        return List.of(
                balancer.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, SUM),
                balancer.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, SUM));
    }

    /** 5xx answers of the service as a function, and of Lambda before it. */
    static Metric serverErrors(UploadFunction upload) {
        return Metric.Builder.create()
                .namespace("AWS/Lambda/Web")
                .metricName("HTTPResponseStatusClass5XX")
                .dimensionsMap(upload.dimensions())
                .statistic("Sum")
                .period(PERIOD)
                .build();
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
