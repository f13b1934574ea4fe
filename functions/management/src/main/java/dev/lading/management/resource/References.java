package dev.lading.management.resource;

import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.api.Problem;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.remote.RemoteId;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import jakarta.inject.Singleton;

/** Resources that bodies and filters name by href or resource name. */
@Singleton
public class References {
    private final RepositoryService repositories;
    private final VersionService versions;
    private final RemoteService remotes;

    public References(RepositoryService repositories, VersionService versions, RemoteService remotes) {
        this.repositories = repositories;
        this.versions = versions;
        this.remotes = remotes;
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
                .filter(id -> remotes.find(id).isPresent())
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
                .orElseThrow(() -> Problem.field(field, "there is no repository " + reference));
    }

    /**
     * The repository version that a field names.
     *
     * @throws Problem for the field if there is none
     */
    public VersionHref version(String field, String reference) {
        return VersionHref.parse(reference)
                .filter(version -> repositories.find(version.repository()).isPresent())
                .filter(version ->
                        versions.find(version.repository(), version.number()).isPresent())
                .orElseThrow(() -> Problem.field(field, "there is no repository version " + reference));
    }
}
