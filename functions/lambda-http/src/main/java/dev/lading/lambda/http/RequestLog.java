package dev.lading.lambda.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Logs one line for each request, from which CloudWatch also extracts metrics without the cost of a call. Source:
 * CloudWatch, "Specification: Embedded metric format". There are three metrics and no dimensions, since each
 * combination of dimensions is paid for; the rest can be queried from the log.
 */
@Provider
@PreMatching
@Priority(0)
public final class RequestLog implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String BEGAN = "dev.lading.began";
    private static final String PATH = "dev.lading.path";
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Map<String, Object>> METRICS = List.of(Map.of(
            "Namespace",
            "Lading",
            "Dimensions",
            List.of(List.of()),
            "Metrics",
            List.of(
                    Map.of("Name", "Latency", "Unit", "Milliseconds"),
                    Map.of("Name", "ServerErrors", "Unit", "Count"),
                    Map.of("Name", "Throttled", "Unit", "Count"))));

    private final InstantSource clock;
    private final Context lambda;
    private final HttpServerRequest http;

    RequestLog(InstantSource clock, Context lambda, HttpServerRequest http) {
        this.clock = clock;
        this.lambda = lambda;
        this.http = http;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        request.setProperty(BEGAN, clock.millis());
        // Without the query: an upload's is a permission.
        request.setProperty(PATH, request.getUriInfo().getPath());
        MDC.put("requestId", requestId());
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(BEGAN) instanceof Long began) {
            System.out.println(line(request, response.getStatus(), clock.millis() - began));
        }
        MDC.remove("requestId");
    }

    private String line(ContainerRequestContext request, int status, long millis) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("_aws", Map.of("Timestamp", clock.millis(), "CloudWatchMetrics", METRICS));
        line.put("requestId", requestId());
        line.put("source", source());
        line.put("method", request.getMethod());
        line.put("path", request.getProperty(PATH));
        line.put("userAgent", request.getHeaderString("User-Agent"));
        line.put("status", status);
        line.put("Latency", millis);
        line.put("ServerErrors", status >= SERVER_ERROR ? 1 : 0);
        line.put("Throttled", status == TOO_MANY ? 1 : 0);
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts and numbers is JSON", e);
        }
    }

    /** Client address as the gateway saw it, whatever the client's headers say. */
    private @Nullable String source() {
        SocketAddress address = http.remoteAddress();
        return address == null ? null : address.hostAddress();
    }

    private String requestId() {
        try {
            return lambda.getAwsRequestId();
        } catch (RuntimeException e) {
            // While a snapshot is primed, there is no caller.
            return "none";
        }
    }
}
