package dev.lading.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.remote.PullThroughFigures;
import java.io.IOException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PullThroughLogTest {
    private static PullThroughFigures figures(long hits, long servedBytes, long upstreamRequests) {
        return new PullThroughFigures(
                hits, 0, 0, servedBytes, 0, upstreamRequests, OptionalLong.of(100), OptionalLong.of(76));
    }

    @Test
    void a_line_is_in_the_embedded_metric_format_with_what_was_counted_since_the_last() throws IOException {
        PullThroughFigures counted = figures(3, 1000, 1).since(figures(1, 400, 1));
        String text = PullThroughLog.line("hub", PullThroughLog.metrics(counted), 1234);

        JsonNode line = new ObjectMapper().readTree(text);

        assertThat(line.path("Remote").asText()).isEqualTo("hub");
        assertThat(line.path("PullThroughHits").asLong()).isEqualTo(2);
        assertThat(line.path("PullThroughServedBytes").asLong()).isEqualTo(600);
        assertThat(line.at("/_aws/Timestamp").asLong()).isEqualTo(1234);
        JsonNode described = line.at("/_aws/CloudWatchMetrics/0");
        assertThat(described.path("Namespace").asText()).isEqualTo("Lading");
        assertThat(described.path("Dimensions").toString()).isEqualTo("[[\"Remote\"]]");
        assertThat(described.path("Metrics").findValuesAsText("Name"))
                .containsExactly("PullThroughHits", "PullThroughServedBytes");
        assertThat(described.path("Metrics").findValuesAsText("Unit")).containsExactly("Count", "Bytes");
    }

    @Test
    void what_remains_of_the_rate_limit_is_told_when_the_upstream_was_asked() {
        assertThat(PullThroughLog.metrics(figures(0, 0, 0))).isEmpty();
        assertThat(PullThroughLog.metrics(figures(0, 0, 1))).containsEntry("PullThroughRateLimitRemaining", 76L);
    }
}
