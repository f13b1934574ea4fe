package dev.lading.imports;

import dev.lading.bundle.Trust;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.Owning;
import java.util.Map;
import java.util.Optional;

/**
 * How to import a bundle.
 *
 * @param names of repositories here, by those in the bundle; one that is not named keeps its name
 * @param create whether repositories that are not here are made
 * @param asNewVersion whether only the newest version is taken, as the next one, whatever the target has
 * @param keepPublic whether distributions that are public in the bundle are so here; else all are private
 * @param owning what is written with repositories and distributions that are made
 */
public record ImportRequest(
        Map<String, String> names,
        boolean create,
        boolean asNewVersion,
        boolean keepPublic,
        Trust trust,
        Rights rights,
        Owning owning) {
    public ImportRequest {
        names = Map.copyOf(names);
    }

    /** What whoever imports may do. Asked before anything is read of the content, and again before it is committed. */
    public interface Rights {
        /** Who sends a bundle, if others could take part in it; empty: whoever may do everything. */
        default Optional<String> sender() {
            return Optional.empty();
        }

        /** @param target empty: it would be made */
        boolean mayWrite(String name, Optional<RepositoryId> target);

        boolean mayDistribute(RepositoryName basePath);
    }

    String nameHere(String name) {
        return names.getOrDefault(name, name);
    }
}
