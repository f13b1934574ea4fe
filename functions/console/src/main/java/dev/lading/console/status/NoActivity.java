package dev.lading.console.status;

import io.quarkus.arc.DefaultBean;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Where nothing counts. */
@Singleton
@DefaultBean
final class NoActivity implements Activity {
    @Override
    public Optional<Counts> counts() {
        return Optional.empty();
    }
}
