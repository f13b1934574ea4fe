package dev.lading.upstream;

import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import dev.lading.testing.Bytes;
import dev.lading.testing.FaultyUpstream;
import dev.lading.testing.Images;
import dev.lading.testing.Remotes;
import dev.lading.testing.TestClock;
import dev.lading.upstream.http.WaitBudget;
import dev.lading.upstream.transport.Dialer;
import dev.lading.upstream.transport.Reach;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;

/** An upstream and its clients, whose waits take no time but are recorded. */
public abstract class Fixture {
    protected static final Duration PATIENCE = Duration.ofMinutes(10);

    public final FaultyUpstream registry = FaultyUpstream.start();
    public final TestClock clock = new TestClock();
    public final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>(List.of(registry));

    @AfterEach
    protected void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    protected <T extends AutoCloseable> T closing(T resource) {
        opened.add(resource);
        return resource;
    }

    protected Remotes remote() {
        return Remotes.at(registry.url());
    }

    protected Upstream open() {
        return open(remote());
    }

    protected Upstream open(Remotes remote) {
        return open(remote, Reach.ANY, Dialer.Way.OWN);
    }

    protected Upstream open(Remotes remote, Reach reach, Dialer.Way way) {
        return closing(Upstream.open(
                remote.settings(),
                remote.secrets(),
                new WaitBudget(
                        clock,
                        length -> {
                            waits.add(length);
                            clock.advance(length);
                        },
                        PATIENCE),
                reach,
                way));
    }

    /** An image of a config and one layer, with these tags. */
    protected Digest image(String... tags) {
        return registry.manifest(
                Images.image(
                        List.of(registry.blob(Bytes.random(100)), registry.blob(Bytes.random(2000))), "of " + tags[0]),
                tags);
    }

    protected static Reference tag(String name) {
        return Reference.parse(name);
    }

    protected static Reference digest(Digest digest) {
        return new Reference.ByDigest(digest);
    }
}
