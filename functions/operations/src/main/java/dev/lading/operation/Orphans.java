package dev.lading.operation;

import dev.lading.cleanup.CleanupService;
import dev.lading.content.ContentService;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Page;
import dev.lading.repository.VersionService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Look-up of content that no version holds. */
@Singleton
public class Orphans {
    private final ContentService content;
    private final VersionService versions;
    private final InstantSource clock;

    public Orphans(ContentService content, VersionService versions, InstantSource clock) {
        this.content = content;
        this.versions = versions;
        this.clock = clock;
    }

    /**
     * Whether the registry has had it for at least that many minutes, and no version of any repository holds it. A
     * negative number stands for clean-up's protection time.
     */
    public boolean isOrphaned(ContentUnit unit, double minutes) {
        Duration age = minutes < 0 ? CleanupService.DEFAULT_PROTECTION : Duration.ofMillis((long) (minutes * 60_000));
        Instant latest = clock.instant().minus(age);
        return !unit.created().isAfter(latest)
                && content.repositories(unit).noneMatch(repository -> isInAnyVersion(repository, unit));
    }

    private boolean isInAnyVersion(RepositoryId repository, ContentUnit unit) {
        return Page.all((after, limit) -> versions.list(repository, after, limit))
                .anyMatch(version ->
                        versions.view(version.repository(), version.version()).holds(unit));
    }
}
