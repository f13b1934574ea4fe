package dev.lading.management.distribution;

import dev.lading.distribution.PullThroughDistribution;
import dev.lading.metadata.Labels;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A distribution of any kind as lists of all kinds show it. */
sealed interface Listed permits DistributionModel.Shown, Listed.Through {
    ResourceType type();

    UUID id();

    Instant created();

    Instant updated();

    String name();

    RepositoryName basePath();

    boolean hidden();

    Labels labels();

    /** The repository served without a pinned version. */
    Optional<UUID> repository();

    Optional<VersionHref> version();

    /** By which a client reaches this registry. */
    String host();

    default String path() {
        return host() + "/" + basePath();
    }

    /** A pull-through distribution among others. */
    record Through(PullThroughDistribution distribution, String host) implements Listed {
        @Override
        public ResourceType type() {
            return ResourceType.PULL_THROUGH;
        }

        @Override
        public UUID id() {
            return distribution.id().value();
        }

        @Override
        public Instant created() {
            return distribution.created();
        }

        @Override
        public Instant updated() {
            return distribution.updated();
        }

        @Override
        public String name() {
            return distribution.settings().name();
        }

        @Override
        public RepositoryName basePath() {
            return distribution.settings().basePath();
        }

        @Override
        public boolean hidden() {
            return distribution.settings().hidden();
        }

        @Override
        public Labels labels() {
            return distribution.settings().labels();
        }

        @Override
        public Optional<UUID> repository() {
            return Optional.empty();
        }

        @Override
        public Optional<VersionHref> version() {
            return Optional.empty();
        }
    }
}
