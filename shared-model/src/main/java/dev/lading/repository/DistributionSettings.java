package dev.lading.repository;

import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import java.util.Optional;

/**
 * What an administrator says of a distribution.
 *
 * @param name unique among distributions
 * @param basePath where clients pull, unique among distributions
 * @param repository empty: nothing is pulled here yet
 * @param version pinned; empty: always the newest
 * @param restricted pulling needs to be allowed to; Pulp's {@code private}
 * @param hidden Pulp's field, kept for it
 */
public record DistributionSettings(
        String name,
        RepositoryName basePath,
        Optional<RepositoryId> repository,
        Optional<Long> version,
        boolean restricted,
        boolean hidden,
        Labels labels,
        Optional<String> description) {
    public DistributionSettings {
        RepositorySettings.requireName(name);
        labels = labels == null ? Labels.NONE : labels;
        RepositorySettings.requireDescription(description, labels);
        if (version.isPresent() && repository.isEmpty()) {
            throw new FieldInvalid("repository_version", "A version is pinned together with its repository.");
        }
    }

    static DistributionSettings pushed(String name, RepositoryName basePath, RepositoryId repository) {
        return new DistributionSettings(
                name, basePath, Optional.of(repository), Optional.empty(), false, false, Labels.NONE, Optional.empty());
    }

    /** The newest version of a repository in place of what was served. */
    DistributionSettings serving(RepositoryId newRepository) {
        return new DistributionSettings(
                name, basePath, Optional.of(newRepository), Optional.empty(), restricted, hidden, labels, description);
    }

    DistributionSettings servingNothing() {
        return new DistributionSettings(
                name, basePath, Optional.empty(), Optional.empty(), restricted, hidden, labels, description);
    }

    boolean follows(RepositoryId id) {
        return version.isEmpty() && repository.equals(Optional.of(id));
    }
}
