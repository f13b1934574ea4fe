package dev.lading.management.content;

import dev.lading.content.ContentService;
import dev.lading.grant.AdministratorRights;
import dev.lading.grant.Rights;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Problem;
import dev.lading.management.resource.References;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Content that bodies and filters name by href or resource name, and the versions that hold it. */
@Singleton
public class ContentReferences {
    /** Limit on repositories that are asked whether a caller sees them: popular layers are in thousands. */
    private static final int MAX_HOLDERS = 1_000;

    private final ContentService content;
    private final VersionService versions;
    private final RepositoryService repositories;
    private final References references;
    private final Rights rights;

    @Inject
    public ContentReferences(
            ContentService content, VersionService versions, RepositoryService repositories, References references) {
        this(content, versions, repositories, references, new AdministratorRights());
    }

    private ContentReferences(
            ContentService content,
            VersionService versions,
            RepositoryService repositories,
            References references,
            Rights rights) {
        this.content = content;
        this.versions = versions;
        this.repositories = repositories;
        this.references = references;
        this.rights = rights;
    }

    /** What a caller may name: others are answered as if there were none. */
    public ContentReferences by(Rights caller) {
        return new ContentReferences(content, versions, repositories, references.by(caller), caller);
    }

    /** Whether a caller sees content: it is in a repository that they see. */
    public boolean sees(ContentUnit unit) {
        return rights.caller().isEmpty()
                || content.repositories(unit)
                        .limit(MAX_HOLDERS)
                        .anyMatch(
                                id -> repositories.find(id).filter(rights::sees).isPresent());
    }

    public static ResourceType kind(ContentKind kind) {
        return switch (kind) {
            case TAG -> ResourceType.TAG;
            case MANIFEST -> ResourceType.MANIFEST;
            case BLOB -> ResourceType.BLOB;
        };
    }

    static String href(ContentUnit unit) {
        return kind(unit.kind()).href(unit.id());
    }

    /**
     * Content that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public ContentUnit unit(String field, String reference) {
        for (ContentKind each : ContentKind.values()) {
            Optional<ContentUnit> unit = kind(each)
                    .id(reference)
                    .flatMap(id -> content.find(each, id))
                    .filter(this::sees);
            if (unit.isPresent()) {
                return unit.get();
            }
        }
        throw Problem.field(field, "there is no content " + reference);
    }

    public List<ContentUnit> units(String field, List<String> named) {
        return named.stream().map(reference -> unit(field, reference)).toList();
    }

    /**
     * The version that a field names: its href, or that of a repository for the newest.
     *
     * @throws Problem for the field if there is none
     */
    public VersionHref version(String field, String reference) {
        if (ResourceType.REPOSITORY.id(reference).isPresent()) {
            var repository = references.repository(field, reference);
            return new VersionHref(repository.id(), repository.version());
        }
        return references.version(field, reference);
    }

    /** Whether a caller may read the version that a filter names. */
    boolean reads(String reference) {
        try {
            var _ = version("", reference);
            return true;
        } catch (Problem none) {
            return false;
        }
    }

    public RepositoryView view(VersionHref version) {
        return versions.view(version.repository(), version.number());
    }

    /** Units that a version added to the one before. */
    Stream<ContentUnit> added(VersionHref version) {
        return Stream.of(ContentKind.values())
                .flatMap(kind -> content.added(version.repository(), version.number(), kind))
                .flatMap(row -> row.unit().stream());
    }

    /** Units that a version removed from the one before. */
    Stream<ContentUnit> removed(VersionHref version) {
        return Stream.of(ContentKind.values())
                .flatMap(kind -> content.removed(version.repository(), version.number(), kind))
                .flatMap(row -> row.unit().stream());
    }
}
