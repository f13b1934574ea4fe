package dev.lading.console.image;

import dev.lading.history.Repository;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import java.util.List;

/**
 * An image in a repository, as somebody sees it.
 *
 * @param view of a version that holds it
 * @param held the versions that hold it, newest first; empty: who sees it does not see versions
 * @param names that serve it and that are seen
 */
public record SeenImage(
        Repository repository, ManifestEntry manifest, RepositoryView view, List<Held> held, List<Name> names) {
    public SeenImage {
        held = List.copyOf(held);
        names = List.copyOf(names);
    }

    /**
     * Versions that follow each other.
     *
     * @param newest whether the last is the repository's newest
     */
    public record Held(long from, long to, boolean newest) {
        /** As a sentence goes on. */
        public String text() {
            if (newest) {
                return from == to ? "version " + from + ", the newest" : "every version since " + from;
            }
            return from == to ? "version " + from : "versions " + from + " to " + to;
        }
    }

    /**
     * A base path.
     *
     * @param version that it serves
     * @param pinned whether it stays at that version
     * @param restricted whether pulling needs a login
     */
    public record Name(RepositoryName name, long version, boolean pinned, boolean restricted) {}

    public Digest digest() {
        return manifest.digest();
    }

    /** Whether the newest version does not hold it, and who sees it could know. */
    public boolean isPast() {
        return !held.isEmpty() && !held.getFirst().newest();
    }

    /** The page of it, below {@code /ui}. */
    public String path() {
        return path(digest());
    }

    /** The page of another image in the repository, below {@code /ui}. */
    public String path(Digest other) {
        return "/repositories/" + repository.id() + "/images/" + other;
    }
}
