package dev.lading.console.image;

import dev.lading.content.ContentService;
import dev.lading.grant.Rights;
import dev.lading.history.Pull;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Images as a caller may see them: who may view a repository sees those of every version, and anybody what a public name
 * of it serves.
 */
@Singleton
public class SeenImages {
    private static final String VIEW = "view_containerrepository";

    private final RepositoryService repositories;
    private final VersionService versions;
    private final ContentService content;

    public SeenImages(RepositoryService repositories, VersionService versions, ContentService content) {
        this.repositories = repositories;
        this.versions = versions;
        this.content = content;
    }

    /**
     * The image with a digest; empty: there is none that the caller may see. Costs three reads and those of the caller's
     * rights, and for an image that is in old versions only, up to five more.
     */
    public Optional<SeenImage> find(Rights rights, RepositoryId id, Digest digest) {
        return repositories.find(id).flatMap(repository -> find(rights, repository, digest));
    }

    /** As the other, of a repository that was read; one read less. */
    public Optional<SeenImage> find(Rights rights, Repository repository, Digest digest) {
        // Rows beyond are of a version that is being made.
        List<ManifestEntry> rows = content.history(repository.id(), digest).stream()
                .filter(row -> row.version() <= repository.version())
                .toList();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        boolean viewsAll = rights.on(repository, VIEW);
        List<SeenImage.Name> names = names(viewsAll, repository).stream()
                .filter(name -> at(rows, name.version()).isPresent())
                .toList();
        List<SeenImage.Held> held = held(rows, repository.version());
        OptionalLong version = viewsAll ? inAny(repository, rows, names, held) : newestOf(names);
        return version.stream()
                .boxed()
                .findFirst()
                .map(number -> new SeenImage(
                        repository,
                        at(rows, number).orElseThrow(),
                        versions.view(repository, number),
                        viewsAll ? held : List.of(),
                        names));
    }

    /** What a repository holds as a caller sees it: the newest version, or what a public name serves; few reads. */
    public List<RepositoryView> views(Rights rights, Repository repository) {
        return rights.on(repository, VIEW)
                ? List.of(versions.view(repository, repository.version()))
                : names(false, repository).stream()
                        .map(SeenImage.Name::version)
                        .distinct()
                        .map(version -> versions.view(repository, version))
                        .toList();
    }

    /** The names of a repository, or those that anybody may pull from. */
    private List<SeenImage.Name> names(boolean viewsAll, Repository repository) {
        return repositories.pulls(repository.names()).stream()
                .filter(pull -> viewsAll || !pull.isRestricted())
                .flatMap(pull -> name(pull, repository))
                .toList();
    }

    /** Empty: another repository took over the name meanwhile. */
    private static Stream<SeenImage.Name> name(Pull pull, Repository repository) {
        return pull
                .view()
                .filter(view -> view.repository().equals(repository.id()))
                .map(view -> new SeenImage.Name(pull.name(), view.version(), view.isPinned(), pull.isRestricted()))
                .stream();
    }

    private OptionalLong inAny(
            Repository repository, List<ManifestEntry> rows, List<SeenImage.Name> names, List<SeenImage.Held> held) {
        if (at(rows, repository.version()).isPresent()) {
            return OptionalLong.of(repository.version());
        }
        OptionalLong served = newestOf(names);
        return served.isPresent()
                ? served
                : held.stream()
                        .flatMap(range -> kept(repository, range).stream())
                        .mapToLong(RepositoryVersion::version)
                        .findFirst();
    }

    /** Rows of deleted versions stay until clean-up comes by. */
    private Optional<RepositoryVersion> kept(Repository repository, SeenImage.Held range) {
        return versions.firstFrom(repository.id(), range.from()).filter(version -> version.version() <= range.to());
    }

    private static OptionalLong newestOf(List<SeenImage.Name> names) {
        return names.stream().mapToLong(SeenImage.Name::version).max();
    }

    /** @param rows newest first */
    private static Optional<ManifestEntry> at(List<ManifestEntry> rows, long version) {
        return rows.stream().filter(row -> row.version() <= version).findFirst().filter(ManifestEntry::present);
    }

    private static List<SeenImage.Held> held(List<ManifestEntry> rows, long newest) {
        var found = Stream.<SeenImage.Held>builder();
        long to = newest;
        for (ManifestEntry row : rows) {
            if (row.present()) {
                found.add(new SeenImage.Held(row.version(), to, to == newest));
            }
            to = row.version() - 1;
        }
        return found.build().toList();
    }
}
