package dev.lading.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.TagInvalid;
import dev.lading.oci.Tag;
import dev.lading.upstream.UpstreamException.InvalidAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lists of an upstream repository, which come in pages. Source: distribution-spec v1.1, "Listing Tags" and "Listing
 * Referrers".
 */
final class Listings {
    /** As many as distribution and ECR give at once; others give fewer. */
    private static final String LARGE_PAGE = "n=1000";

    private static final int MOST_PAGES = 10_000;
    private static final int PAGE_BYTES = 16 * 1024 * 1024;

    /** Of registries without the API; those of GitHub answer with a web page. */
    private static final Set<Integer> NO_REFERRERS = Set.of(400, 404, 405, 501);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final UpstreamAddress address;
    private final Session session;
    private final ReentrantLock probing = new ReentrantLock();
    private volatile Optional<Boolean> hasReferrers = Optional.empty();

    Listings(UpstreamAddress address, Session session) {
        this.address = address;
        this.session = session;
    }

    /** @param next query of the next page's address */
    private record Page<T>(List<T> entries, Optional<String> next) {}

    Stream<Tag> tags() {
        // A tag can move to the next page while the list is read.
        return entries(firstTagPage(), this::tagPage).distinct();
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
        return hasReferrers.get()
                ? Optional.of(referrerPage(subject, "")
                        .map(page -> following(subject, page))
                        .orElse(List.of()))
                : Optional.empty();
    }

    private List<Descriptor> following(Digest subject, Page<Descriptor> first) {
        return entries(
                        first,
                        query -> referrerPage(subject, query)
                                .orElseThrow(() -> new InvalidAnswer(address.host() + " ends the referrers of "
                                        + address.name() + "@" + subject + " after their first page")))
                .toList();
    }

    /** @param pages by the query of their address */
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

    private Page<Tag> firstTagPage() {
        return tagPage(LARGE_PAGE, Set.of(400)).orElseGet(() -> tagPage(""));
    }

    private Page<Tag> tagPage(String query) {
        return tagPage(query, Set.of()).orElseThrow();
    }

    /** Empty: it has one of these statuses. */
    private Optional<Page<Tag>> tagPage(String query, Set<Integer> refusals) {
        Request request = Request.get(address.tags(query), "the tag list of " + address.name());
        return session.ask(request, answer -> {
            if (refusals.contains(answer.status())) {
                return Optional.empty();
            }
            if (answer.status() != 200) {
                throw Failures.answered(answer, request);
            }
            List<Tag> tags = new ArrayList<>();
            // Null in place of an empty list comes from distribution.
            for (JsonNode tag : document(answer, request).path("tags")) {
                try {
                    tags.add(new Tag(tag.asText()));
                } catch (TagInvalid e) {
                    throw Failures.invalid(answer, request, e.getMessage());
                }
            }
            return Optional.of(new Page<>(tags, LinkHeader.nextQuery(answer, request)));
        });
    }

    /** Empty: an answer that none gives who has the API. */
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
            List<Descriptor> referrers = new ArrayList<>();
            for (JsonNode descriptor : document(answer, request).path("manifests")) {
                try {
                    referrers.add(JSON.treeToValue(descriptor, Descriptor.class));
                } catch (JsonProcessingException e) {
                    throw Failures.invalid(answer, request, "one of its descriptors cannot be read");
                }
            }
            return Optional.of(new Page<>(referrers, LinkHeader.nextQuery(answer, request)));
        });
    }

    private static JsonNode document(Answer answer, Request request) throws IOException {
        byte[] bytes = answer.bytes(PAGE_BYTES)
                .orElseThrow(() -> Failures.invalid(answer, request, "a page has more than " + PAGE_BYTES + " bytes"));
        try {
            JsonNode root = JSON.readTree(bytes);
            if (root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException e) {
            throw Failures.invalid(answer, request, "it is not JSON");
        }
        throw Failures.invalid(answer, request, "it is not a JSON object");
    }
}
