package dev.lading.distribution;

import dev.lading.history.PullThrough;
import dev.lading.history.RepositorySettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import java.util.Optional;
import java.util.UUID;

/**
 * The settings that an administrator gives a distribution.
 *
 * @param name unique among distributions
 * @param basePath where clients pull, unique among distributions
 * @param repository empty: nothing is pulled here yet
 * @param version pinned; empty: always the newest
 * @param restricted whether pulling needs permission; Pulp's {@code private}
 * @param hidden Pulp's field, stored and returned, without effect
 * @param through the pull-through distribution that made it
 */
public record DistributionSettings(
        String name,
        RepositoryName basePath,
        Optional<RepositoryId> repository,
        Optional<Long> version,
        boolean restricted,
        boolean hidden,
        Labels labels,
        Optional<String> description,
        Optional<UUID> through) {
    public DistributionSettings {
        // Not in records of earlier versions.
        through = through == null ? Optional.empty() : through;
        RepositorySettings.requireName(name);
        labels = labels == null ? Labels.NONE : labels;
        RepositorySettings.requireDescription(description, labels);
        if (version.isPresent() && repository.isEmpty()) {
            throw new FieldInvalid("repository_version", "A version is pinned together with its repository.");
        }
    }

    /** The settings of what a push to a new name makes. */
    public static DistributionSettings pushed(
            String name, RepositoryName basePath, RepositoryId repository, NewNames newNames) {
        return new DistributionSettings(
                name,
                basePath,
                Optional.of(repository),
                Optional.empty(),
                newNames.restricted(),
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** The settings of what a pull through another distribution makes. */
    public static DistributionSettings made(PullThrough through, RepositoryName basePath, RepositoryId repository) {
        return new DistributionSettings(
                basePath.value(),
                basePath,
                Optional.of(repository),
                Optional.empty(),
                through.restricted(),
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.of(through.id()));
    }

    public DistributionSettings labelled(Labels changed) {
        return with(repository, version, changed);
    }

    /** These settings with the newest version of a repository served instead. */
    public DistributionSettings serving(RepositoryId newRepository) {
        return serving(Optional.of(newRepository), Optional.empty());
    }

    /** These settings with one version pinned instead. */
    public DistributionSettings pinnedTo(RepositoryId newRepository, long newVersion) {
        return serving(Optional.of(newRepository), Optional.of(newVersion));
    }

    public DistributionSettings servingNothing() {
        return serving(Optional.empty(), Optional.empty());
    }

    private DistributionSettings serving(Optional<RepositoryId> newRepository, Optional<Long> newVersion) {
        return with(newRepository, newVersion, labels);
    }

    private DistributionSettings with(
            Optional<RepositoryId> newRepository, Optional<Long> newVersion, Labels newLabels) {
        return new DistributionSettings(
                name, basePath, newRepository, newVersion, restricted, hidden, newLabels, description, through);
    }
}
