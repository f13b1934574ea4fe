package dev.lading.imports;

import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
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
 * @param bundle digest of the list of its files, by which it is known
 * @param volume that was read; empty: the bundle is one archive
 */
public record ImportReport(
        Optional<String> signer,
        long files,
        long bytes,
        List<Target> targets,
        List<String> distributions,
        List<String> taken,
        long missing,
        Digest bundle,
        Optional<Volume> volume) {
    public ImportReport {
        targets = List.copyOf(targets);
        distributions = List.copyOf(distributions);
        taken = List.copyOf(taken);
    }

    /**
     * A volume of the bundle.
     *
     * @param missing numbers of those that must come before anything is made
     */
    public record Volume(int number, int count, long volumeBytes, List<Integer> missing) {
        public Volume {
            missing = List.copyOf(missing);
        }
    }

    /** Whether all that the bundle has is here already. */
    public boolean isNothing() {
        return distributions.isEmpty() && targets.stream().allMatch(target -> target.versions() == 0);
    }

    ImportReport with(Volume read) {
        return new ImportReport(
                signer, files, bytes, targets, distributions, taken, missing, bundle, Optional.of(read));
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
