package dev.lading.console.home;

import dev.lading.console.image.ImageUses;
import dev.lading.console.image.SeenImage;
import dev.lading.console.image.SeenImages;
import dev.lading.content.ContentService;
import dev.lading.grant.Rights;
import dev.lading.grant.VisibleObjects;
import dev.lading.history.Pull;
import dev.lading.history.Repository;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.NameRange;
import dev.lading.metadata.Page;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.repository.RepositoryService;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds repositories by how their names begin, tags by a repository's whole name, and images and layers by a whole
 * digest, of what a caller may see. Each costs at most 30 reads and those of the caller's rights, and finds
 * {@value #MAX_FOUND} things at most. Who sees some repositories only finds them by the base paths that they may pull
 * from, as in the registry's catalog, and by a whole name.
 */
@Singleton
public class Search {
    static final int MAX_FOUND = 25;

    /** Repositories that are looked at for a digest, seen or not: a popular layer is in thousands. */
    private static final int MAX_IMAGES = 10;

    private static final int MAX_LAYERS = 5;
    private static final int MAX_USERS = 4;

    private static final String VIEW = "view_containerrepository";
    private static final Pattern BARE_DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final RepositoryService repositories;
    private final VisibleObjects visible;
    private final ContentService content;
    private final SeenImages images;
    private final ImageUses uses;

    public Search(
            RepositoryService repositories,
            VisibleObjects visible,
            ContentService content,
            SeenImages images,
            ImageUses uses) {
        this.repositories = repositories;
        this.visible = visible;
        this.content = content;
        this.images = images;
        this.uses = uses;
    }

    /**
     * Something that was found.
     *
     * @param what it is, for people
     * @param rest of its name, behind the repository's; empty: it is the repository
     * @param path of its page, below {@code /ui}
     */
    public record Hit(String what, String name, String rest, String path) {
        static Hit repository(String name, Repository found) {
            return new Hit("Repository", name, "", page(found));
        }

        static Hit image(String what, Repository in, Digest digest) {
            return new Hit(what, in.settings().name(), "@" + digest, page(in) + "images/" + digest);
        }

        static Hit tag(Repository in, Tag tag, Digest digest) {
            return new Hit(
                    "Tag",
                    in.settings().name(),
                    ":" + tag.value(),
                    page(in) + "images/" + digest + "?tag=" + tag.value());
        }

        private static String page(Repository repository) {
            return "/repositories/" + repository.id() + "/";
        }
    }

    /** @param more whether there is more than was looked at */
    public record Found(List<Hit> hits, boolean more) {
        public Found {
            hits = List.copyOf(hits);
        }

        private static Found all(Stream<Hit> hits) {
            return new Found(hits.distinct().limit(MAX_FOUND).toList(), false);
        }
    }

    /** @param query not empty */
    Found find(Rights rights, String query) {
        int at = query.indexOf('@');
        Optional<Digest> digest = digest(query.substring(at + 1));
        if (digest.isPresent()) {
            // Who copied a whole reference may have a tag in it, too.
            return at > 0
                    ? ofImage(rights, query.substring(0, at).replaceFirst(":[^/]*$", ""), digest.get())
                    : ofDigest(rights, digest.get());
        }
        int colon = query.lastIndexOf(':');
        return colon > 0 && Tag.isValid(query.substring(colon + 1))
                ? ofTag(rights, query.substring(0, colon), new Tag(query.substring(colon + 1)))
                : ofNames(rights, query);
    }

    private static Optional<Digest> digest(String text) {
        try {
            return Optional.of(
                    BARE_DIGEST.matcher(text).matches() ? new Digest(Digest.SHA256, text) : Digest.parse(text));
        } catch (DigestInvalid e) {
            return Optional.empty();
        }
    }

    private Found ofImage(Rights rights, String name, Digest digest) {
        return Found.all(named(name).stream()
                .flatMap(each -> images.find(rights, each, digest).stream())
                .map(image -> Hit.image("Image", image.repository(), digest)));
    }

    private Found ofTag(Rights rights, String name, Tag tag) {
        return Found.all(named(name).stream()
                .flatMap(each -> images.views(rights, each).stream()
                        .limit(MAX_LAYERS)
                        .flatMap(view -> view.tag(tag).map(digest -> Hit.tag(each, tag, digest)).stream())));
    }

    /** Repositories that have a name, or that it pulls from; seen or not. */
    private List<Repository> named(String name) {
        if (name.isEmpty() || name.length() > RepositorySettings.MAX_TEXT) {
            return List.of();
        }
        Stream<RepositoryId> pulled = Stream.of(name)
                .filter(RepositoryName::isValid)
                .flatMap(valid -> repositories.pull(new RepositoryName(valid)).view().stream())
                .map(RepositoryView::repository);
        Optional<Repository> own = repositories.findNamed(name);
        return Stream.concat(
                        own.stream(),
                        repositories
                                .findAll(pulled.filter(id -> own.filter(
                                                        each -> each.id().equals(id))
                                                .isEmpty())
                                        .toList())
                                .stream())
                .toList();
    }

    private Found ofNames(Rights rights, String prefix) {
        if (prefix.length() > RepositorySettings.MAX_TEXT) {
            return new Found(List.of(), false);
        }
        if (rights.onEverything(VIEW)) {
            Page<Repository> page = repositories.list(NameRange.first(prefix, MAX_FOUND));
            Stream<Hit> byName = page.records().stream()
                    .map(each -> Hit.repository(each.settings().name(), each));
            Stream<Hit> byPath = RepositoryName.isValid(prefix) ? exactly(rights, prefix) : Stream.of();
            return new Found(
                    Stream.concat(byName, byPath).distinct().toList(),
                    page.next().isPresent());
        }
        // Other characters would be a place in the index where none can be.
        boolean isPath = prefix.chars().allMatch(each -> each > ' ' && each < '~');
        var pulled = isPath
                ? visible.pulled(rights, prefix, MAX_FOUND)
                : new RepositoryView.Listing<RepositoryName>(List.of(), false);
        List<RepositoryName> names = pulled.entries().stream()
                .takeWhile(name -> name.value().startsWith(prefix))
                .toList();
        return new Found(
                Stream.concat(exactly(rights, prefix), served(rights, names))
                        .distinct()
                        .toList(),
                pulled.more() && names.size() == MAX_FOUND);
    }

    private Stream<Hit> exactly(Rights rights, String name) {
        return named(name).stream()
                .filter(each -> !images.views(rights, each).isEmpty())
                .map(each -> Hit.repository(name, each));
    }

    /** Who may only pull from a private name has no page of its repository. */
    private Stream<Hit> served(Rights rights, List<RepositoryName> names) {
        List<Pull> pulls = repositories.pulls(names);
        Map<RepositoryId, Repository> found = repositories
                .findAll(pulls.stream()
                        .flatMap(pull -> pull.view().stream())
                        .map(RepositoryView::repository)
                        .distinct()
                        .toList())
                .stream()
                .collect(Collectors.toMap(Repository::id, Function.identity(), (one, _) -> one, LinkedHashMap::new));
        return pulls.stream()
                .flatMap(pull -> pull
                        .view()
                        .flatMap(view -> Optional.ofNullable(found.get(view.repository())))
                        .filter(each -> !pull.isRestricted() || rights.on(each, VIEW))
                        .map(each -> Hit.repository(pull.name().value(), each))
                        .stream());
    }

    /** Public base paths, in their order; at most {@value #MAX_FOUND}, by four reads. */
    Found open(Rights rights) {
        var pulled = visible.pulled(rights, "", MAX_FOUND);
        return new Found(served(rights, pulled.entries()).toList(), pulled.more());
    }

    private Found ofDigest(Rights rights, Digest digest) {
        ImageUses.Uses found = uses.of(rights, digest, MAX_IMAGES);
        return found.images().isEmpty() && !found.more()
                ? ofLayer(rights, digest)
                : new Found(
                        found.images().stream()
                                .map(SeenImage::repository)
                                .map(repository -> Hit.image("Image", repository, digest))
                                .toList(),
                        found.more());
    }

    /** Images with a blob, of the versions that the caller sees first. */
    private Found ofLayer(Rights rights, Digest digest) {
        List<RepositoryId> holders = content.repositories(ContentKind.BLOB, digest.toString())
                .limit(MAX_LAYERS + 1L)
                .toList();
        List<Repository> looked =
                repositories.findAll(holders.stream().limit(MAX_LAYERS).toList());
        return new Found(
                looked.stream()
                        .flatMap(each -> images.views(rights, each).stream()
                                .limit(1)
                                .flatMap(view -> view.someUsers(digest, MAX_USERS).stream()
                                        .map(ManifestEntry::digest)
                                        .map(user -> Hit.image("Image that has it", each, user))))
                        .limit(MAX_FOUND)
                        .toList(),
                holders.size() > MAX_LAYERS && ImageUses.tellsOfMore(rights));
    }
}
