package dev.lading.imports;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionId;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.DistributionSettings;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Distributions of a bundle. They are made where their names and base paths are free, and none is changed. */
final class ImportedDistributions {
    private final RepositoryService repositories;
    private final VersionService versions;
    private final DistributionService distributions;
    private final ImportRequest request;
    private final List<OfDistribution> entries;

    ImportedDistributions(
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ImportRequest request,
            List<OfDistribution> entries) {
        this.repositories = repositories;
        this.versions = versions;
        this.distributions = distributions;
        this.request = request;
        this.entries = List.copyOf(entries);
    }

    /** Names of those that are made, and of those that are not. */
    record Made(List<String> made, List<String> taken) {}

    /** @throws BundleRefused if one may not be made */
    Made expected() {
        var made = new Made(new ArrayList<>(), new ArrayList<>());
        for (OfDistribution entry : entries) {
            RepositoryName path = path(entry);
            if (!request.rights().mayDistribute(path)) {
                throw new BundleRefused("you may not make a distribution at '" + path + "'");
            }
            if (!isThere(entry)) {
                (isFree(entry) ? made.made() : made.taken()).add(name(entry));
            }
        }
        return made;
    }

    private boolean isFree(OfDistribution entry) {
        try {
            repositories.requireOutside(path(entry));
        } catch (RegistryException beneath) {
            return false;
        }
        return distributions.findNamed(name(entry)).isEmpty()
                && distributions.findAt(path(entry)).isEmpty();
    }

    /** Whether it was made before. */
    private boolean isThere(OfDistribution entry) {
        Optional<RepositoryId> target =
                repositories.findNamed(request.names().here(entry.repository())).map(repository -> repository.id());
        return target.isPresent()
                && distributions
                        .findAt(path(entry))
                        .map(Distribution::settings)
                        .filter(there -> there.name().equals(name(entry))
                                && there.repository().equals(target))
                        .isPresent();
    }

    /** @param ids of the repositories here, by their names in the bundle */
    Made make(Map<String, RepositoryId> ids) {
        Made expected = expected();
        var made = new Made(new ArrayList<>(), new ArrayList<>(expected.taken()));
        for (OfDistribution entry : entries) {
            Optional<RepositoryId> repository = Optional.ofNullable(ids.get(entry.repository()));
            if (repository.isPresent() && expected.made().contains(name(entry))) {
                (make(entry, repository.get()) ? made.made() : made.taken()).add(name(entry));
            }
        }
        return made;
    }

    private boolean make(OfDistribution entry, RepositoryId repository) {
        if (entry.version().isPresent()
                && versions.find(repository, entry.version().get()).isEmpty()) {
            return false;
        }
        DistributionId id = distributions.newId();
        var settings = new DistributionSettings(
                name(entry),
                path(entry),
                Optional.of(repository),
                entry.version(),
                entry.restricted() || !request.keepPublic(),
                false,
                entry.labels(),
                entry.description(),
                Optional.empty());
        try {
            distributions.create(id, settings, request.owning().of(id));
            return true;
        } catch (RegistryException takenMeanwhile) {
            return false;
        }
    }

    /** Where a repository is pulled by its own name, it is so under the name that it has here. */
    private RepositoryName path(OfDistribution entry) {
        return entry.basePath().value().equals(entry.repository())
                ? new RepositoryName(request.names().here(entry.repository()))
                : entry.basePath();
    }

    private String name(OfDistribution entry) {
        return entry.name().equals(entry.repository()) ? request.names().here(entry.name()) : entry.name();
    }
}
