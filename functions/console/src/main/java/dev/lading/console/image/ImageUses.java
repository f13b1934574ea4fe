package dev.lading.console.image;

import dev.lading.content.ContentService;
import dev.lading.grant.Rights;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.repository.RepositoryService;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** Where images are used, as far as a caller may see it. */
@Singleton
public class ImageUses {
    private static final int MAX_INDEXES = 5;

    private final ContentService content;
    private final RepositoryService repositories;
    private final SeenImages images;

    public ImageUses(ContentService content, RepositoryService repositories, SeenImages images) {
        this.content = content;
        this.repositories = repositories;
        this.images = images;
    }

    /**
     * A repository that has an image.
     *
     * @param indexes of the version that is seen, which list it
     */
    public record Use(SeenImage image, List<Digest> indexes) {
        public Use {
            indexes = List.copyOf(indexes);
        }
    }

    /** @param more whether there are repositories that were not looked at; told to whoever may view all of them */
    public record Uses(List<SeenImage> images, boolean more) {
        public Uses {
            images = List.copyOf(images);
        }
    }

    /**
     * The repositories that hold a manifest and that the caller sees. Two reads, and for each that is looked at, seen or
     * not, those of {@link SeenImages#find}.
     *
     * @param most how many are looked at, at most 99
     */
    public Uses of(Rights rights, Digest digest, int most) {
        List<RepositoryId> holders = content.repositories(ContentKind.MANIFEST, digest.toString())
                .limit(most + 1L)
                .toList();
        Stream<RepositoryId> looked = holders.stream().limit(most);
        return new Uses(
                repositories.findAll(looked.toList()).stream()
                        .flatMap(each -> images.find(rights, each, digest).stream())
                        .toList(),
                holders.size() > most && tellsOfMore(rights));
    }

    /** Whether a caller may know that there are repositories which they do not see. */
    public static boolean tellsOfMore(Rights rights) {
        return rights.onEverything("view_containerrepository");
    }

    /** Which indexes list it; at most {@value #MAX_INDEXES} reads and one. */
    Use use(SeenImage image) {
        return new Use(
                image,
                image.view().someUsers(image.digest(), MAX_INDEXES).stream()
                        .filter(user -> user.mediaType().isIndex())
                        .map(ManifestEntry::digest)
                        .toList());
    }
}
