package dev.lading.server;

import dev.lading.console.status.Activity;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/** What this server has answered, by the meters of its requests. */
@Singleton
final class MeteredActivity implements Activity {
    private static final String MANIFESTS = "/manifests/";

    private final MeterRegistry figures;

    MeteredActivity(MeterRegistry figures) {
        this.figures = figures;
    }

    @Override
    public Optional<Counts> counts() {
        Collection<Timer> answers = figures.find("http.server.requests").timers();
        return Optional.of(new Counts(
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
                count(answers, timer -> true),
                count(answers, timer -> isOfManifest(timer, "GET")),
                count(answers, timer -> isOfManifest(timer, "PUT")),
                count(answers, timer -> tag(timer, "status").startsWith("5"))));
    }

    private static boolean isOfManifest(Timer timer, String method) {
        return tag(timer, "uri").contains(MANIFESTS)
                && tag(timer, "method").equals(method)
                && tag(timer, "status").startsWith("2");
    }

    private static String tag(Timer timer, String name) {
        return Optional.ofNullable(timer.getId().getTag(name)).orElse("");
    }

    private static long count(Collection<Timer> answers, Predicate<Timer> which) {
        return answers.stream().filter(which).mapToLong(Timer::count).sum();
    }
}
