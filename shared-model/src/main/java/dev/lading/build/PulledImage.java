package dev.lading.build;

import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;

/** A manifest or an index that a build pulled. */
public record PulledImage(RepositoryName name, Digest digest) {}
