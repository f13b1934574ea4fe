package dev.lading.declared;

import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An image as it is declared. The same one makes the same image, byte for byte, wherever it is made.
 *
 * @param repository that gets the image, and has the bytes of the files
 * @param baseVersion of the repository {@code base}, which has the manifest {@code baseManifest}: an image, or an index
 * @param platforms {@code os/architecture[/variant]}, of the base's; empty: all of them
 * @param created when it says that it was made; empty: when each base was
 */
public record Declaration(
        RepositoryId repository,
        RepositoryId base,
        long baseVersion,
        Digest baseManifest,
        Optional<Set<String>> platforms,
        List<DeclaredFile> files,
        RunSettings run,
        Optional<Instant> created,
        Set<Tag> tags) {
    /** Limit on files: a task's record names them all, and DynamoDB takes 400 KB. */
    public static final int MAX_FILES = 1_000;

    public Declaration {
        platforms = platforms.map(Set::copyOf);
        files = List.copyOf(files);
        tags = Set.copyOf(tags);
    }
}
