package dev.lading.operation;

import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.UuidV7;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An href of a repository version.
 *
 * @param type of the repository
 */
public record VersionHref(ResourceType type, RepositoryId repository, long number) {
    /** Bits of a number that differ in the first part of an id. */
    private static final int ID_BITS = 12;

    private static final Pattern TAIL = Pattern.compile("(.*/)versions/([0-9]{1,10})/");

    /** The href of a version of images. */
    public VersionHref(RepositoryId repository, long number) {
        this(ResourceType.REPOSITORY, repository, number);
    }

    /** The parsed href; empty: it is not one of a version of images. */
    public static Optional<VersionHref> parse(String href) {
        return parse(ResourceType.REPOSITORY, href);
    }

    /** The parsed href; empty: it is not one of a version of such a repository. */
    public static Optional<VersionHref> parse(ResourceType type, String href) {
        Matcher parts = TAIL.matcher(href);
        return parts.matches()
                ? type.id(parts.group(1))
                        .map(id -> new VersionHref(type, new RepositoryId(id), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    /**
     * An id like the repository's UUIDv7, derived from it and the number, since a version has none of its own. Its
     * resource name tells it from the repository.
     */
    public UUID id() {
        UUID id = repository.value();
        return UuidV7.of(UuidV7.time(id), UuidV7.a(id) ^ number, UuidV7.b(id) ^ (number >>> ID_BITS));
    }

    public String prn() {
        return "prn:core.repositoryversion:" + id();
    }

    @Override
    public String toString() {
        return type.href(repository.value()) + "versions/" + number + "/";
    }
}
