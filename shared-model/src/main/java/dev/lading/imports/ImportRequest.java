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
 * @param create whether repositories that are not here are made
 * @param asNewVersion whether only the newest version is taken, as the next one, whatever the target has
 * @param keepPublic whether distributions that are public in the bundle are so here; else all are private
 * @param owning what is written with repositories and distributions that are made
 */
public record ImportRequest(
        Names names,
        boolean create,
        boolean asNewVersion,
        boolean keepPublic,
        Trust trust,
        Rights rights,
        Owning owning) {
    /**
     * Names of repositories here, by those in the bundle. One that is not named keeps its name.
     *
     * @param areAllThere whether a bundle is refused that lacks one of these
     */
    public record Names(Map<String, String> byName, boolean areAllThere) {
        public Names {
            byName = Map.copyOf(byName);
        }

        String here(String name) {
            return byName.getOrDefault(name, name);
        }
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
}
