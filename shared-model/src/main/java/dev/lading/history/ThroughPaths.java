package dev.lading.history;

import dev.lading.oci.RepositoryName;
import java.util.Optional;

/** The base paths of pull-through distributions. */
@FunctionalInterface
public interface ThroughPaths {
    ThroughPaths NONE = name -> Optional.empty();

    /** The pull-through distribution that a name is beneath; costs no read most of the time. */
    Optional<PullThrough> at(RepositoryName name);
}
