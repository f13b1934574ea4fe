package dev.lading.console.home;

import dev.lading.audit.AuditEntry;
import dev.lading.audit.AuditService;
import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.repository.RepositoryService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The repositories that somebody may view which got a version last, from the log of changes: of the last
 * {@value #HOURS} hours, and of the last {@value #MAX_ENTRIES} changes in them. At most 17 reads, and those of the
 * caller's rights to {@value #MAX_REPOSITORIES} repositories.
 */
@Singleton
public class NewestChanges {
    static final int HOURS = 12;

    private static final int MAX_ENTRIES = 300;
    private static final int MAX_REPOSITORIES = 25;
    private static final int MAX_SHOWN = 10;
    private static final Pattern VERSION =
            Pattern.compile("(?:created|wrote) version/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{10})");

    private final AuditService audit;
    private final RepositoryService repositories;
    private final InstantSource clock;

    public NewestChanges(AuditService audit, RepositoryService repositories, InstantSource clock) {
        this.audit = audit;
        this.repositories = repositories;
        this.clock = clock;
    }

    /**
     * The newest version of a repository.
     *
     * @param by who made it; empty: only the administrator is told
     * @param others how many more the repository got in that time
     */
    public record NewVersion(Repository repository, long version, Instant at, String by, long others) {}

    private record Written(RepositoryId repository, long version, AuditEntry entry) {}

    /** @param administrator whether to tell who made them, which the log tells nobody else */
    List<NewVersion> seenBy(Rights rights, boolean administrator) {
        SequencedMap<RepositoryId, List<Written>> written = audit.since(
                        clock.instant().minus(Duration.ofHours(HOURS)))
                .limit(MAX_ENTRIES)
                .flatMap(NewestChanges::versions)
                .collect(Collectors.groupingBy(Written::repository, LinkedHashMap::new, Collectors.toList()));
        List<RepositoryId> changed =
                written.keySet().stream().limit(MAX_REPOSITORIES).toList();
        Map<RepositoryId, Repository> seen = repositories.findAll(changed).stream()
                .filter(each -> rights.on(each, "view_containerrepository"))
                .collect(Collectors.toMap(Repository::id, Function.identity()));
        return written.entrySet().stream()
                .flatMap(each -> Optional.ofNullable(seen.get(each.getKey())).stream()
                        .map(repository -> newest(repository, each.getValue(), administrator)))
                .limit(MAX_SHOWN)
                .toList();
    }

    private static NewVersion newest(Repository repository, List<Written> versions, boolean administrator) {
        Written newest = versions.getFirst();
        String by = administrator ? newest.entry().actor().principal() : "";
        return new NewVersion(repository, newest.version(), newest.entry().at(), by, versions.size() - 1L);
    }

    /** Version 0 is a repository that was just made. */
    private static Stream<Written> versions(AuditEntry entry) {
        return entry.outcome().stream()
                .map(VERSION::matcher)
                .filter(Matcher::matches)
                .map(found -> new Written(
                        new RepositoryId(UUID.fromString(found.group(1))), Long.parseLong(found.group(2)), entry))
                .filter(each -> each.version() > 0);
    }
}
