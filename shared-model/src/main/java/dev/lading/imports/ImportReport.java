package dev.lading.imports;

import dev.lading.history.row.RepositoryId;
import java.util.List;
import java.util.Optional;

/**
 * What an import does, or did.
 *
 * @param signer name of the key that signed the bundle; empty: nobody did
 * @param files in the bundle
 * @param bytes of these files
 * @param distributions names of those that are made
 * @param taken names of distributions that are not made, since something else has their name or base path
 * @param missing how many blobs the bundle names as neither here nor in it
 */
public record ImportReport(
        Optional<String> signer,
        long files,
        long bytes,
        List<Target> targets,
        List<String> distributions,
        List<String> taken,
        long missing) {
    public ImportReport {
        targets = List.copyOf(targets);
        distributions = List.copyOf(distributions);
        taken = List.copyOf(taken);
    }

    /**
     * A repository.
     *
     * @param id empty: it is to be made
     * @param name here
     * @param sourceName in the bundle
     * @param versions how many are made
     * @param newest the newest version afterwards
     */
    public record Target(Optional<RepositoryId> id, String name, String sourceName, long versions, long newest) {}
}
