package dev.lading.remote;

import java.util.OptionalLong;

/**
 * What was pulled through a remote.
 *
 * @param hits answers with manifests and blobs that were here
 * @param misses answers with those that had to be fetched first
 * @param staleAnswers hits while the upstream gave no good answer
 * @param servedBytes of manifests and blobs in all answers
 * @param fetchedBytes of manifests and blobs that came from the upstream
 * @param upstreamRequests every HTTP request, also for tokens, after redirects and again after a failure
 * @param rateLimit requests that the upstream allows in a window; empty: it has not said so
 * @param rateLimitRemaining of them, as it said last
 */
public record PullThroughFigures(
        long hits,
        long misses,
        long staleAnswers,
        long servedBytes,
        long fetchedBytes,
        long upstreamRequests,
        OptionalLong rateLimit,
        OptionalLong rateLimitRemaining) {
    public static final PullThroughFigures NONE =
            new PullThroughFigures(0, 0, 0, 0, 0, 0, OptionalLong.empty(), OptionalLong.empty());

    /** Bytes that the upstream did not have to send. */
    public long savedBytes() {
        return Math.max(0, servedBytes - fetchedBytes);
    }

    /** What was counted since {@code earlier}. */
    public PullThroughFigures since(PullThroughFigures earlier) {
        return new PullThroughFigures(
                hits - earlier.hits,
                misses - earlier.misses,
                staleAnswers - earlier.staleAnswers,
                servedBytes - earlier.servedBytes,
                fetchedBytes - earlier.fetchedBytes,
                upstreamRequests - earlier.upstreamRequests,
                rateLimit,
                rateLimitRemaining);
    }
}
