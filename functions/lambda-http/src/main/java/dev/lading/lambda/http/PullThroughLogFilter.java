package dev.lading.lambda.http;

import dev.lading.lambda.PullThroughLog;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteService;
import java.time.InstantSource;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Logs with each answer what was counted of pull-through remotes. */
public class PullThroughLogFilter {
    private final PullThroughLog log;

    PullThroughLogFilter(PullThroughCounts counts, RemoteService remotes, InstantSource clock) {
        this.log = new PullThroughLog(counts, remotes, clock);
    }

    @ServerResponseFilter
    public void write() {
        log.write();
    }
}
