package dev.lading.infra;

import dev.lading.infra.construct.Alarms;
import dev.lading.infra.construct.LadingFunction;
import dev.lading.infra.construct.NagFindings;
import dev.lading.infra.construct.SpendingBudget;
import dev.lading.infra.option.LadingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.constructs.Construct;

/** One dashboard, and alarms and a budget if they are wanted. */
public final class ObservabilityStack extends Stack {
    /** Alarm threshold: an answer takes tens of milliseconds, and a cold start a second or two. */
    private static final int SLOW_MILLIS = 5_000;

    private static final int HOUR_SECONDS = 3600;
    private static final double BYTES_A_GB = 1e9;
    private static final int HALF_WIDTH = 12;

    public ObservabilityStack(Construct scope, LadingOptions options, Metrics metrics) {
        super(
                scope,
                options.stackName("Observability"),
                StackProps.builder()
                        .description("Lading, a container registry: dashboard, alarms and budget")
                        .build());
        if (!options.dashboard()
                && options.alarming().isEmpty()
                && options.budget().isEmpty()) {
            NagFindings.acceptEmpty(this);
        }
        if (options.dashboard()) {
            Dashboard.Builder.create(this, "Dashboard")
                    .dashboardName(options.stackName())
                    .widgets(widgets(metrics))
                    .build();
        }
        options.alarming().ifPresent(alarming -> {
            var alarms = new Alarms(this, "Alarms", alarming.email());
            alarm(alarms, metrics);
            alarming.egressGB()
                    .ifPresent(gb -> alarms.atOnce(
                            "Egress",
                            metrics.egress(),
                            gb * BYTES_A_GB,
                            "The bucket sent " + gb + " GB in an hour, which throttling does not bound."));
        });
        options.budget().ifPresent(budget -> new SpendingBudget(this, "Budget", options.stackName(), budget));
    }

    private static void alarm(Alarms alarms, Metrics metrics) {
        alarms.atOnce("ApiErrors", metrics.serverErrors(), 5, "The API answered 5 requests in 5 minutes with 5xx.");
        alarms.whenItStays(
                "ApiLatency", metrics.latency(), SLOW_MILLIS, "For 15 minutes, 1 answer of 20 took 5 seconds or more.");
        for (LadingFunction function : metrics.functions()) {
            String name = function.getNode().getId();
            alarms.atOnce(name + "Errors", Metrics.errors(function), 1, name + " failed.");
            alarms.atOnce(
                    name + "Throttles",
                    Metrics.throttles(function),
                    1,
                    name + " was called more often than the account allows.");
        }
        alarms.atOnce(
                "DeadTasks",
                Metrics.dead(metrics.tasks()),
                1,
                "A task was given up; it has failed, and its record says why.");
        alarms.whenItStays("TaskAge", Metrics.age(metrics.tasks()), HOUR_SECONDS, "A task has waited for an hour.");
        alarms.atOnce(
                "DeadCopies",
                Metrics.dead(metrics.copies()),
                1,
                "A blob could not be stored, which failed a sync; its task says why.");
        alarms.whenItStays(
                "CopyAge", Metrics.age(metrics.copies()), HOUR_SECONDS, "A blob has waited for an hour to be copied.");
        for (Metric throttles : metrics.tableThrottles()) {
            alarms.atOnce(
                    "Table" + throttles.getMetricName(),
                    throttles,
                    1,
                    "DynamoDB refused requests, which were tried again.");
        }
        metrics.upload().ifPresent(upload -> {
            for (Metric errors : Metrics.serverErrors(upload)) {
                alarms.atOnce("Upload" + errors.getMetricName(), errors, 5, "The upload service answered with 5xx.");
            }
            alarms.whenItStays(
                    "UploadUnhealthy", Metrics.unhealthy(upload), 1, "A task of the upload service is not healthy.");
        });
        metrics.uploadFunction()
                .ifPresent(upload -> alarms.atOnce(
                        "UploadErrors", Metrics.serverErrors(upload), 5, "The upload service answered with 5xx."));
    }

    private static List<List<IWidget>> widgets(Metrics metrics) {
        List<List<IWidget>> rows = new ArrayList<>();
        rows.add(List.of(
                graph(
                        "Requests",
                        List.of(metrics.requests(), metrics.clientErrors(), metrics.serverErrors()),
                        List.of(metrics.latency())),
                graph("Calls at once", each(metrics, Metrics::concurrency), List.of())));
        rows.add(List.of(
                graph("Errors and throttles", errorsAndThrottles(metrics), List.of()),
                graph("Duration (p95, ms)", each(metrics, Metrics::duration), List.of())));
        rows.add(List.of(
                graph("Table: units", List.of(metrics.readUnits(), metrics.writeUnits()), List.of()),
                graph("Table: throttles", metrics.tableThrottles(), List.of())));
        rows.add(List.of(
                graph(
                        "Queues: oldest message (s)",
                        List.of(Metrics.age(metrics.tasks()), Metrics.age(metrics.copies())),
                        List.of()),
                graph(
                        "Dead-letter queues: messages",
                        List.of(Metrics.dead(metrics.tasks()), Metrics.dead(metrics.copies())),
                        List.of())));
        metrics.upload()
                .ifPresent(upload -> rows.add(List.of(
                        graph("Upload service: 5xx", Metrics.serverErrors(upload), List.of()),
                        graph("Upload service: load (%)", Metrics.load(upload), List.of()))));
        metrics.uploadFunction()
                .ifPresent(upload -> rows.add(
                        List.of(graph("Upload service: 5xx", List.of(Metrics.serverErrors(upload)), List.of()))));
        return rows;
    }

    private static List<Metric> errorsAndThrottles(Metrics metrics) {
        List<Metric> both = new ArrayList<>(each(metrics, Metrics::errors));
        both.addAll(each(metrics, Metrics::throttles));
        return both;
    }

    private static List<Metric> each(Metrics metrics, Function<LadingFunction, Metric> metric) {
        return metrics.functions().stream().map(metric).toList();
    }

    private static IWidget graph(String title, List<? extends IMetric> left, List<? extends IMetric> right) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(left)
                .right(right)
                .width(HALF_WIDTH)
                .build();
    }
}
