package dev.lading.operation.build;

import dev.lading.commit.Staging;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a build was asked for; the arguments of its task, so that no secret is in it.
 *
 * @param repository that gets the image
 * @param containerfile its text
 * @param archive the context as a tar or a zip: a blob of the repository, or staged
 * @param staged the area that holds an archive, and is given up when the task has ended
 * @param files the context as a list of files
 * @param platforms empty: the builder's own
 * @param secrets under which {@link BuildSecrets} keeps them
 * @param dated seconds since the epoch
 * @param host by which the client names this registry
 * @param cached whether the cache is used
 * @param ignoring whether ignore files in the context mean something
 * @param keepsLog whether the log is kept in the version, for all who may pull it
 */
public record BuildOrder(
        RepositoryId repository,
        String containerfile,
        Optional<Digest> archive,
        Optional<Staging> staged,
        Optional<Files> files,
        Set<Tag> tags,
        List<String> platforms,
        Map<String, String> arguments,
        Map<String, String> labels,
        Optional<String> target,
        Optional<String> secrets,
        NetworkMode network,
        long timeoutSeconds,
        Optional<Long> memory,
        Optional<Long> dated,
        String host,
        boolean cached,
        boolean ignoring,
        boolean keepsLog) {
    public BuildOrder {
        tags = Set.copyOf(tags);
        platforms = List.copyOf(platforms);
    }

    /**
     * Files of a version.
     *
     * @param artifact whose layers are files, each with its path as a title; empty: the version is of a repository of
     *     files
     */
    public record Files(RepositoryId repository, long version, Optional<Digest> artifact) {}
}
