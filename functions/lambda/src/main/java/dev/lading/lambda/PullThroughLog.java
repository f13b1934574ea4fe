package dev.lading.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.PullThroughFigures;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Logs what this process counted of pull-through remotes since it last did, as metrics with the remote's name as their
 * dimension. What is zero is left out, since each metric of each remote is paid for. Source: CloudWatch,
 * "Specification: Embedded metric format".
 */
public final class PullThroughLog {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REMOTE = "Remote";

    private final PullThroughCounts counts;
    private final RemoteService remotes;
    private final InstantSource clock;

    /** What was logged by remote. Guarded by this; bounded as the counts are. */
    private final Map<RemoteId, PullThroughFigures> logged = new HashMap<>();

    /** Names, read once in this process's short life. Guarded by this. */
    private final Map<RemoteId, Optional<String>> names = new HashMap<>();

    public PullThroughLog(PullThroughCounts counts, RemoteService remotes, InstantSource clock) {
        this.counts = counts;
        this.remotes = remotes;
        this.clock = clock;
    }

    /** Writes a line for each remote of which anything was counted, before the process may be frozen. */
    public void write() {
        lines().forEach(System.out::println);
    }

    private synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        counts.figures().forEach((remote, now) -> {
            Map<String, Long> metrics = metrics(now.since(logged.getOrDefault(remote, PullThroughFigures.NONE)));
            logged.put(remote, now);
            if (!metrics.isEmpty()) {
                name(remote).ifPresent(name -> lines.add(line(name, metrics, clock.millis())));
            }
        });
        return lines;
    }

    private Optional<String> name(RemoteId remote) {
        return names.computeIfAbsent(
                remote, id -> remotes.find(id).map(Remote::settings).map(settings -> settings.name()));
    }

    static Map<String, Long> metrics(PullThroughFigures counted) {
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("PullThroughHits", counted.hits());
        metrics.put("PullThroughMisses", counted.misses());
        metrics.put("PullThroughStaleAnswers", counted.staleAnswers());
        metrics.put("PullThroughServedBytes", counted.servedBytes());
        metrics.put("PullThroughFetchedBytes", counted.fetchedBytes());
        metrics.put("PullThroughUpstreamRequests", counted.upstreamRequests());
        metrics.values().removeIf(count -> count == 0);
        if (counted.upstreamRequests() > 0) {
            counted.rateLimitRemaining().ifPresent(left -> metrics.put("PullThroughRateLimitRemaining", left));
        }
        return metrics;
    }

    static String line(String name, Map<String, Long> metrics, long millis) {
        Map<String, Object> line = new LinkedHashMap<>();
        var described = Map.of(
                "Namespace", "Lading",
                "Dimensions", List.of(List.of(REMOTE)),
                "Metrics",
                        metrics.keySet().stream().map(PullThroughLog::described).toList());
        line.put("_aws", Map.of("Timestamp", millis, "CloudWatchMetrics", List.of(described)));
        line.put(REMOTE, name);
        line.putAll(metrics);
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts and numbers is JSON", e);
        }
    }

    private static Map<String, String> described(String metric) {
        String unit = metric.endsWith("Bytes") ? "Bytes" : "Count";
        return Map.of("Name", metric, "Unit", unit);
    }
}
