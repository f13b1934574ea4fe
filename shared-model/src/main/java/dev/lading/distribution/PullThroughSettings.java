package dev.lading.distribution;

import dev.lading.history.RepositorySettings;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.RemoteId;
import java.util.Optional;

/**
 * The settings of a pull-through distribution.
 *
 * @param name unique among pull-through distributions
 * @param basePath what the names of repositories at the upstream are put behind
 * @param remote that leads to the upstream
 * @param restricted whether pulling what is here needs permission; Pulp's {@code private}
 * @param hidden Pulp's field, stored and returned, without effect
 * @param retainVersions of each repository that it makes; empty: all
 * @param freshnessSeconds how long a tag is not asked for again; 0: every pull asks
 * @param hidesGone whether a tag that the upstream no longer has is not served
 * @param anonymousFetch whether everybody may have new content fetched
 * @param eviction when bytes that can be had again are given back
 */
public record PullThroughSettings(
        String name,
        RepositoryName basePath,
        RemoteId remote,
        boolean restricted,
        boolean hidden,
        Labels labels,
        Optional<String> description,
        Optional<Integer> retainVersions,
        int freshnessSeconds,
        boolean hidesGone,
        boolean anonymousFetch,
        Eviction eviction) {
    public static final int DEFAULT_FRESHNESS = 60;

    /** A year. */
    public static final int MAX_FRESHNESS = 365 * 24 * 3600;

    /** Characters that are left for the names of the upstream's repositories. */
    private static final int MAX_BASE_PATH = 100;

    public PullThroughSettings {
        RepositorySettings.requireName(name);
        // Not in records of earlier versions.
        eviction = eviction == null ? Eviction.NONE : eviction;
        labels = labels == null ? Labels.NONE : labels;
        RepositorySettings.requireDescription(description, labels);
        if (basePath.value().length() > MAX_BASE_PATH) {
            throw new FieldInvalid("base_path", "Use at most " + MAX_BASE_PATH + " characters.");
        }
        if (freshnessSeconds < 0 || freshnessSeconds > MAX_FRESHNESS) {
            throw new FieldInvalid("freshness", "Use 0 to " + MAX_FRESHNESS + " seconds.");
        }
        if (retainVersions.isPresent() && retainVersions.get() < RepositorySettings.LEAST_RETAINED) {
            throw new FieldInvalid(
                    "retain_repo_versions",
                    "Ensure this value is greater than or equal to " + RepositorySettings.LEAST_RETAINED + ".");
        }
    }

    public PullThroughSettings labelled(Labels changed) {
        return with(changed, eviction);
    }

    public PullThroughSettings evicting(Eviction changed) {
        return with(labels, changed);
    }

    private PullThroughSettings with(Labels newLabels, Eviction newEviction) {
        return new PullThroughSettings(
                name,
                basePath,
                remote,
                restricted,
                hidden,
                newLabels,
                description,
                retainVersions,
                freshnessSeconds,
                hidesGone,
                anonymousFetch,
                newEviction);
    }
}
