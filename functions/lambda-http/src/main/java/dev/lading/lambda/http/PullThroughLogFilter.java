package dev.lading.lambda.http;

import dev.lading.lambda.PullThroughLog;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteService;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;
import java.time.InstantSource;

/** Logs with each answer what was counted of pull-through remotes. */
@Provider
public final class PullThroughLogFilter implements ContainerResponseFilter {
    private final PullThroughLog log;

    PullThroughLogFilter(PullThroughCounts counts, RemoteService remotes, InstantSource clock) {
        this.log = new PullThroughLog(counts, remotes, clock);
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        log.write();
    }
}
