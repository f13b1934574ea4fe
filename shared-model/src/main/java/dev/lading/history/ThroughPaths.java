package dev.lading.history;

import dev.lading.oci.RepositoryName;
import java.util.Optional;

/** The base paths of pull-through distributions. */
public interface ThroughPaths {
    ThroughPaths NONE = new ThroughPaths() {
        @Override
        public Optional<PullThrough> at(RepositoryName name) {
            return Optional.empty();
        }

        @Override
        public Optional<PullThrough> of(String host) {
            return Optional.empty();
        }
    };

    /** The pull-through distribution that a name is beneath; costs no read most of the time. */
    Optional<PullThrough> at(RepositoryName name);

    /**
     * The pull-through distribution whose upstream has a host name, with the port if it has one; of several the oldest.
     */
    Optional<PullThrough> of(String host);
}
