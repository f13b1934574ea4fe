package dev.lading.sync.plan;

import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.transport.UpstreamException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Asks an upstream for referrers, until it keeps failing: each failure has been retried with backoff already. */
final class Referrers {
    private static final int MOST_FAILURES = 20;

    private final Upstream upstream;
    private final Omissions omissions;
    private final AtomicInteger failures = new AtomicInteger();

    Referrers(Upstream upstream, Omissions omissions) {
        this.upstream = upstream;
        this.omissions = omissions;
    }

    /** A phrase such as "referrers of manifest sha256:…". */
    static String name(Digest subject) {
        return "referrers of manifest " + subject;
    }

    /** @param then takes them, if the upstream has a referrers API */
    Runnable ask(Digest subject, Consumer<List<Descriptor>> then) {
        if (failures.get() >= MOST_FAILURES) {
            return () -> omissions.add(
                    name(subject), "not asked for, after so many failures; see the remote's field referrers");
        }
        try {
            Optional<List<Descriptor>> referrers = upstream.referrers(subject);
            failures.set(0);
            return () -> referrers.ifPresent(then);
        } catch (UpstreamException e) {
            failures.incrementAndGet();
            throw e;
        }
    }
}
