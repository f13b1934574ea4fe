package dev.lading.sync.plan;

import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.remote.Platform;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Selects an index's children that a remote wants. */
final class Children {
    private Children() {}

    /** @param platforms of the remote; empty: all */
    static Stream<Digest> wanted(Manifest index, List<Platform> platforms) {
        Map<String, Boolean> described = new HashMap<>();
        index.children().stream()
                .filter(child -> child.describes().isEmpty())
                .forEach(child ->
                        described.merge(child.digest().toString(), isFor(platforms, child), Boolean::logicalOr));
        return index.children().stream()
                .filter(child -> platforms.isEmpty() || isWanted(child, platforms, described))
                .map(Manifest.Child::digest);
    }

    /**
     * Whether a child is wanted. One without a platform is, unless it is an attestation of one that is not.
     *
     * @param described whether each child that is no attestation is wanted, by digest
     */
    private static boolean isWanted(Manifest.Child child, List<Platform> platforms, Map<String, Boolean> described) {
        return child.describes()
                .map(what -> described.getOrDefault(what, false))
                .orElseGet(() -> isFor(platforms, child));
    }

    private static boolean isFor(List<Platform> platforms, Manifest.Child child) {
        return child.platform().isEmpty()
                || platforms.stream().anyMatch(wanted -> {
                    String platform = child.platform().get();
                    return platform.equals(wanted.toString()) || platform.startsWith(wanted + "/");
                });
    }
}
