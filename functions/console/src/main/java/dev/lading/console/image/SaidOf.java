package dev.lading.console.image;

import dev.lading.console.Some;
import dev.lading.history.RepositoryView;
import dev.lading.history.RepositoryView.Listing;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is said of an image, beside it.
 *
 * @param more whether there is more than is shown
 */
public record SaidOf(List<ShownReferrer> all, boolean more) {
    private static final int MAX_SHOWN = 50;

    /** As many as cosign makes for one image, and a few of other makers. */
    private static final int MAX_TAGS = 10;

    public SaidOf {
        all = List.copyOf(all);
    }

    /** Two reads. */
    static SaidOf of(RepositoryView view, Digest image) {
        Listing<ReferrerEntry> referrers = view.referrers(image, Optional.empty(), MAX_SHOWN);
        Listing<TagEntry> tags = view.tagsWith(ShownReferrer.tagsOf(image), MAX_TAGS);
        Stream<ShownReferrer> tagged = tags.entries().stream().flatMap(tag -> ShownReferrer.of(tag, image).stream());
        return new SaidOf(
                Stream.concat(referrers.entries().stream().map(ShownReferrer::of), tagged)
                        .sorted((one, other) -> one.kind().compareTo(other.kind()))
                        .toList(),
                referrers.more());
    }

    /** By what an image is signed, which nobody verified; empty: nothing says that it is. */
    public Some<String> signatures() {
        return Some.of(
                all.stream()
                        .filter(ShownReferrer::isSignature)
                        .map(ShownReferrer::says)
                        .distinct()
                        .toList(),
                5);
    }

    /** The first provenance; empty: there is none. */
    public List<ShownReferrer> provenance() {
        return all.stream().filter(ShownReferrer::isProvenance).limit(1).toList();
    }
}
