package dev.lading.upstream;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.Tag;
import dev.lading.upstream.http.Failures;
import dev.lading.upstream.http.LinkHeader;
import dev.lading.upstream.http.UpstreamAddress;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tag and referrer lists of an upstream repository, which come in pages. Source: distribution-spec v1.1, "Listing Tags"
 * and "Listing Referrers".
 */
final class TagPages {
    /** The most that distribution and ECR return at once; others return fewer. */
    private static final String LARGE_PAGE = "n=1000";

    private static final int MOST_PAGES = 10_000;
    private static final int MOST_TAGS_A_PAGE = 500_000;

    /** Limit on the referrers of one manifest, since all are held at once. */
    private static final int MOST_REFERRERS = 10_000;

    /** Statuses of registries without the referrers API; GitHub's answers with a web page. */
    private static final Set<Integer> NO_REFERRERS = Set.of(400, 404, 405, 501);

    private final UpstreamAddress address;
    private final Session session;
    private final ReentrantLock probing = new ReentrantLock();
    private volatile Optional<Boolean> hasReferrers = Optional.empty();

    TagPages(UpstreamAddress address, Session session) {
        this.address = address;
        this.session = session;
    }

    /** @param next query of the next page's address */
    private record Page<T>(List<T> entries, Optional<String> next) {}

    /** @param none takes each entry that is no valid tag, every time it is listed */
    Stream<Tag> tags(Consumer<String> none) {
        // A tag can move to the next page while the list is read.
        return entries(firstTagPage(), this::tagPage)
                .filter(name -> {
                    boolean isTag = Tag.isValid(name);
                    if (!isTag) {
                        none.accept(name);
                    }
                    return isTag;
                })
                .distinct()
                .map(Tag::new);
    }

    Optional<List<Descriptor>> referrers(Digest subject) {
        if (hasReferrers.isEmpty()) {
            probing.lock();
            try {
                if (hasReferrers.isEmpty()) {
                    Optional<Page<Descriptor>> first = referrerPage(subject, "");
                    hasReferrers = Optional.of(first.isPresent());
                    return first.map(page -> following(subject, page));
                }
            } finally {
                probing.unlock();
            }
        }
        // A registry that has the API and refuses once has not said that there are no referrers.
        return hasReferrers.get() ? referrerPage(subject, "").map(page -> following(subject, page)) : Optional.empty();
    }

    private List<Descriptor> following(Digest subject, Page<Descriptor> first) {
        List<Descriptor> all = entries(
                        first,
                        query -> referrerPage(subject, query)
                                .orElseThrow(() -> new InvalidAnswer(address.host() + " ends the referrers of "
                                        + address.name() + "@" + subject + " after their first page")))
                .limit(MOST_REFERRERS + 1L)
                .toList();
        if (all.size() > MOST_REFERRERS) {
            throw new InvalidAnswer(address.host() + " names more than " + MOST_REFERRERS + " referrers of "
                    + address.name() + "@" + subject + "; switch the remote's field referrers off");
        }
        return all;
    }

    /** @param pages fetches a page by the query of its address */
    private <T> Stream<T> entries(Page<T> first, Function<String, Page<T>> pages) {
        Set<String> seen = new HashSet<>();
        return Stream.<@Nullable Page<T>>iterate(
                        first,
                        Objects::nonNull,
                        page -> page.next()
                                .map(query -> {
                                    // A list that is not read to its end would look as if the rest of it had been
                                    // deleted.
                                    if (seen.size() == MOST_PAGES || !seen.add(query)) {
                                        throw new InvalidAnswer(
                                                address.host() + " leads through a list of " + address.name()
                                                        + " in a circle, or in more than " + MOST_PAGES + " pages");
                                    }
                                    return pages.apply(query);
                                })
                                .orElse(null))
                .flatMap(page -> page.entries().stream());
    }

    private Page<String> firstTagPage() {
        return tagPage(LARGE_PAGE, Set.of(400)).orElseGet(() -> tagPage(""));
    }

    private Page<String> tagPage(String query) {
        return tagPage(query, Set.of()).orElseThrow();
    }

    /** A page of the tag list; empty: the answer has one of the statuses {@code refusals}. */
    private Optional<Page<String>> tagPage(String query, Set<Integer> refusals) {
        Request request = Request.get(address.tags(query), "the tag list of " + address.name());
        return session.ask(request, answer -> {
            if (refusals.contains(answer.status())) {
                return Optional.empty();
            }
            if (answer.status() != 200) {
                throw Failures.answered(answer, request);
            }
            // Null in place of an empty list comes from distribution.
            List<String> tags = new JsonPage(answer, request)
                    .list(
                            "tags",
                            MOST_TAGS_A_PAGE,
                            "name those that are wanted in the remote's includes, without wildcards",
                            json -> name(json, answer, request));
            return Optional.of(new Page<>(tags, LinkHeader.nextQuery(answer, request)));
        });
    }

    private static String name(JsonParser json, Answer answer, Request request) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw Failures.invalid(answer, request, "its 'tags' holds '" + json.getText() + "', which is no text");
        }
        return json.getText();
    }

    /** The fields of a referrer that are read. */
    private record Referrer(MediaType mediaType, Digest digest, long size, Optional<String> artifactType) {
        Descriptor descriptor() {
            return new Descriptor(mediaType, digest, size, artifactType, Map.of());
        }
    }

    /** A page of the referrers list; empty: the answer is one that no registry with the API gives. */
    private Optional<Page<Descriptor>> referrerPage(Digest subject, String query) {
        Request request = Request.get(
                        address.referrers(subject, query), "the referrers of " + address.name() + "@" + subject)
                .header("Accept", MediaType.OCI_INDEX.value());
        return session.ask(request, answer -> {
            if (NO_REFERRERS.contains(answer.status())) {
                return Optional.empty();
            }
            if (answer.status() != 200) {
                throw Failures.answered(answer, request);
            }
            if (answer.mediaType().filter(MediaType.OCI_INDEX::equals).isEmpty()) {
                return Optional.empty();
            }
            List<Descriptor> referrers = new JsonPage(answer, request)
                    .list(
                            "manifests",
                            MOST_REFERRERS,
                            "switch the remote's field referrers off",
                            json -> descriptor(json, answer, request));
            return Optional.of(new Page<>(referrers, LinkHeader.nextQuery(answer, request)));
        });
    }

    private static Descriptor descriptor(JsonParser json, Answer answer, Request request) throws IOException {
        try {
            Referrer referrer = json.readValueAs(Referrer.class);
            if (referrer != null && referrer.mediaType() != null && referrer.digest() != null && referrer.size() >= 0) {
                return referrer.descriptor();
            }
        } catch (JsonMappingException e) {
            throw unreadable(answer, request);
        }
        throw unreadable(answer, request);
    }

    private static InvalidAnswer unreadable(Answer answer, Request request) {
        return Failures.invalid(answer, request, "one of its descriptors cannot be read");
    }
}
