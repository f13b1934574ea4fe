package dev.lading.console;

import io.quarkus.qute.Engine;
import io.quarkus.qute.EngineBuilder;
import io.quarkus.qute.TemplateLocator;
import io.quarkus.qute.Variant;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.Reader;
import java.io.StringReader;
import java.util.Optional;

/**
 * Has templates parsed when a page first needs them. Quarkus parses all of them at each start, which is a twelfth of its
 * time, and most servers show nobody a page. The build has checked them.
 */
@Singleton
final class TemplatesOnDemand {
    private volatile boolean isStarting = true;

    void begin(@Observes EngineBuilder engine) {
        engine.addLocator(new NothingAtStart());
    }

    /** After the templates were asked for at the start. */
    void ready(@Observes Engine engine) {
        isStarting = false;
        engine.clearTemplates();
    }

    /** Comes before the one that reads files. */
    private final class NothingAtStart implements TemplateLocator {
        @Override
        public int getPriority() {
            return DEFAULT_PRIORITY + 1;
        }

        @Override
        public Optional<TemplateLocation> locate(String id) {
            return isStarting ? Optional.of(new Empty()) : Optional.empty();
        }
    }

    private static final class Empty implements TemplateLocator.TemplateLocation {
        @Override
        public Reader read() {
            return new StringReader("");
        }

        @Override
        public Optional<Variant> getVariant() {
            return Optional.empty();
        }
    }
}
