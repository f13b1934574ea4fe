/** Builds from Containerfiles on this machine: buildah, in namespaces in which it can reach nothing but the registry. */
@NullMarked
package dev.lading.builder;

import org.jspecify.annotations.NullMarked;
