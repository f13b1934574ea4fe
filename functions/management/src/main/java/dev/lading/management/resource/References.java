package dev.lading.management.resource;

import dev.lading.grant.AdministratorRights;
import dev.lading.grant.Rights;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.api.Problem;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Resources that bodies and filters name by href or resource name. */
@Singleton
public class References {
    private final RepositoryService repositories;
    private final VersionService versions;
    private final RemoteService remotes;
    private final Rights rights;

    @Inject
    public References(RepositoryService repositories, VersionService versions, RemoteService remotes) {
        this(repositories, versions, remotes, new AdministratorRights());
    }

    private References(RepositoryService repositories, VersionService versions, RemoteService remotes, Rights rights) {
        this.repositories = repositories;
        this.versions = versions;
        this.remotes = remotes;
        this.rights = rights;
    }

    /** What a caller may name: others are answered as if there were none. */
    public References by(Rights caller) {
        return new References(repositories, versions, remotes, caller);
    }

    /**
     * The remote that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public RemoteId remote(String field, String reference) {
        return ResourceType.REMOTE
                .id(reference)
                .map(RemoteId::new)
                .filter(id ->
                        remotes.find(RemoteKind.CONTAINER, id).isPresent() && rights.on(id, "view_containerremote"))
                .orElseThrow(() -> Problem.field(field, "there is no remote " + reference));
    }

    /**
     * The repository that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public Repository repository(String field, String reference) {
        return ResourceType.REPOSITORY
                .id(reference)
                .flatMap(id -> repositories.find(new RepositoryId(id)))
                .filter(found -> rights.on(found, "view_containerrepository"))
                .orElseThrow(() -> Problem.field(field, "there is no repository " + reference));
    }

    /**
     * The repository of files that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public Repository fileRepository(String field, String reference) {
        return ResourceType.FILE_REPOSITORY
                .id(reference)
                .flatMap(id -> repositories.find(RepositoryKind.FILE, new RepositoryId(id)))
                .filter(rights::sees)
                .orElseThrow(() -> Problem.field(field, "there is no repository of files " + reference));
    }

    /**
     * The version of a repository of files that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public VersionHref fileVersion(String field, String reference) {
        return VersionHref.parse(ResourceType.FILE_REPOSITORY, reference)
                .filter(version -> repositories
                        .find(RepositoryKind.FILE, version.repository())
                        .filter(rights::sees)
                        .isPresent())
                .filter(version ->
                        versions.find(version.repository(), version.number()).isPresent())
                .orElseThrow(() -> Problem.field(field, "there is no version of a repository of files " + reference));
    }

    /**
     * The repository version that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public VersionHref version(String field, String reference) {
        return VersionHref.parse(reference)
                .filter(version -> repositories
                        .find(version.repository())
                        .filter(found -> rights.on(found, "view_containerrepository"))
                        .isPresent())
                .filter(version ->
                        versions.find(version.repository(), version.number()).isPresent())
                .orElseThrow(() -> Problem.field(field, "there is no repository version " + reference));
    }
}
