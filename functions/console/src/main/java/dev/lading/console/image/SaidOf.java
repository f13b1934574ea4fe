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
public record SaidOf(List<Referrer> all, boolean more) {
    private static final int MAX_SHOWN = 50;

    /** As many as cosign makes for one image, and a few of other makers. */
    private static final int MAX_TAGS = 10;

    public SaidOf {
        all = List.copyOf(all);
    }

    /** Two reads. */
    static SaidOf of(RepositoryView view, Digest image) {
        Listing<ReferrerEntry> referrers = view.referrers(image, Optional.empty(), MAX_SHOWN);
        Listing<TagEntry> tags = view.tagsWith(Referrer.tagsOf(image), MAX_TAGS);
        Stream<Referrer> tagged = tags.entries().stream().flatMap(tag -> Referrer.of(tag, image).stream());
        return new SaidOf(
                Stream.concat(referrers.entries().stream().map(Referrer::of), tagged)
                        .sorted((one, other) -> one.kind().compareTo(other.kind()))
                        .toList(),
                referrers.more());
    }

    /** By what an image is signed, which nobody verified; empty: nothing says that it is. */
    public Some<String> signatures() {
        return Some.of(
                all.stream()
                        .filter(Referrer::isSignature)
                        .map(Referrer::says)
                        .distinct()
                        .toList(),
                5);
    }

    /** The first provenance; empty: there is none. */
    public List<Referrer> provenance() {
        return all.stream().filter(Referrer::isProvenance).limit(1).toList();
    }
}
