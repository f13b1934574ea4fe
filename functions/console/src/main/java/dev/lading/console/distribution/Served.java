package dev.lading.console.distribution;

import dev.lading.distribution.Distribution;
import dev.lading.history.Repository;
import java.util.Optional;

/** What a distribution serves. */
public record Served(Repository repository, Optional<Long> pin) {
    static Served of(Distribution distribution, Repository repository) {
        return new Served(repository, distribution.settings().version());
    }

    public String name() {
        return repository.settings().name();
    }

    public String id() {
        return repository.id().toString();
    }

    public long version() {
        return pin.orElse(repository.version());
    }

    public boolean isPinned() {
        return pin.isPresent();
    }

    /** Whether a pin keeps back something newer. */
    public boolean isBehind() {
        return pin.filter(version -> version != repository.version()).isPresent();
    }
}
