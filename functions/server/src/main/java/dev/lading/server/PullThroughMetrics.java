package dev.lading.server;

import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.PullThroughFigures;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteService;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Metrics of pull-through remotes by their names. Collected when they are read, so that a remote that was renamed or
 * deleted leaves nothing behind.
 */
@Singleton
// Quarkus's BOM has the registry over Prometheus's older client only.
@SuppressWarnings("deprecation")
final class PullThroughMetrics extends Collector {
    private static final String PREFIX = "lading_pull_through_";
    private static final List<String> LABELS = List.of("remote");

    private final PullThroughCounts counts;
    private final RemoteService remotes;
    private final PrometheusMeterRegistry figures;

    PullThroughMetrics(PullThroughCounts counts, RemoteService remotes, PrometheusMeterRegistry figures) {
        this.counts = counts;
        this.remotes = remotes;
        this.figures = figures;
    }

    void register(@Observes StartupEvent event) {
        figures.getPrometheusRegistry().register(this);
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<String, PullThroughFigures> byName = byName();
        return List.of(
                counter(byName, "hits", "Answers with what was here.", PullThroughFigures::hits),
                counter(byName, "misses", "Answers with what had to be fetched.", PullThroughFigures::misses),
                counter(
                        byName,
                        "stale_answers",
                        "Hits while the upstream gave no good answer.",
                        PullThroughFigures::staleAnswers),
                counter(byName, "served_bytes", "Bytes served.", PullThroughFigures::servedBytes),
                counter(byName, "fetched_bytes", "Bytes fetched.", PullThroughFigures::fetchedBytes),
                counter(
                        byName,
                        "upstream_requests",
                        "Requests sent to the upstream.",
                        PullThroughFigures::upstreamRequests),
                remaining(byName));
    }

    private Map<String, PullThroughFigures> byName() {
        Map<String, PullThroughFigures> byName = new TreeMap<>();
        counts.figures().forEach((id, each) -> {
            Optional<Remote> remote = remotes.find(id);
            remote.ifPresentOrElse(found -> byName.put(found.settings().name(), each), () -> counts.forget(id));
        });
        return byName;
    }

    private static CounterMetricFamily counter(
            Map<String, PullThroughFigures> byName, String name, String help, ToLongFunction<PullThroughFigures> of) {
        var family = new CounterMetricFamily(PREFIX + name, help, LABELS);
        byName.forEach((remote, each) -> family.addMetric(List.of(remote), (double) of.applyAsLong(each)));
        return family;
    }

    private static GaugeMetricFamily remaining(Map<String, PullThroughFigures> byName) {
        var family = new GaugeMetricFamily(
                PREFIX + "rate_limit_remaining", "Requests that the upstream said it still allows.", LABELS);
        byName.forEach((remote, each) -> {
            OptionalLong said = each.rateLimitRemaining();
            said.ifPresent(remaining -> family.addMetric(List.of(remote), (double) remaining));
        });
        return family;
    }
}
