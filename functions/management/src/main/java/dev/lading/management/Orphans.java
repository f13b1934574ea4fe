package dev.lading.management;

import dev.lading.content.ContentService;
import dev.lading.repository.ContentUnit;
import dev.lading.repository.RepositoryId;
import dev.lading.repository.VersionService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Content that no version holds. */
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

    /** Whether it came that many minutes ago or earlier, and no version of any repository holds it. */
    boolean isOrphaned(ContentUnit unit, double minutes) {
        Instant latest = clock.instant().minus(Duration.ofMillis((long) (minutes * 60_000)));
        return !unit.created().isAfter(latest)
                && content.repositories(unit).noneMatch(repository -> isInAnyVersion(repository, unit));
    }

    private boolean isInAnyVersion(RepositoryId repository, ContentUnit unit) {
        return Pages.all((after, limit) -> versions.list(repository, after, limit))
                .anyMatch(version ->
                        ContentReferences.holds(versions.view(version.repository(), version.version()), unit));
    }
}
