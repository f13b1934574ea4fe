package dev.lading.upstream.http;

/** Is told of each request that is sent to an upstream. Called by many threads at once. */
public interface RequestListener {
    RequestListener NONE = new RequestListener() {
        @Override
        public void sending() {}

        @Override
        public void heard(RateLimit limit) {}
    };

    /** Called before every request: for tokens, after redirects, and again after a failure, too. */
    void sending();

    /** The rate limit that an answer reported. */
    void heard(RateLimit limit);
}
