package dev.lading.history;

import dev.lading.oci.RepositoryName;
import java.util.List;
import java.util.Optional;

/** The base paths of pull-through distributions. */
public interface ThroughPaths {
    ThroughPaths NONE = new ThroughPaths() {
        @Override
        public Optional<PullThrough> at(RepositoryName name) {
            return Optional.empty();
        }

        @Override
        public Optional<PullThrough> exactly(RepositoryName basePath) {
            return Optional.empty();
        }

        @Override
        public List<PullThrough> of(String host) {
            return List.of();
        }
    };

    /** The pull-through distribution that a name is beneath; costs no read most of the time. */
    Optional<PullThrough> at(RepositoryName name);

    /** The pull-through distribution that has a base path. */
    Optional<PullThrough> exactly(RepositoryName basePath);

    /** Pull-through distributions whose upstream has a host name, with the port if it has one; the oldest first. */
    List<PullThrough> of(String host);
}
