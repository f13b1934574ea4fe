package dev.lading.upstream.http;

import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code Link} header of a list. One that may name a next page but cannot be read is an error, not the end of the
 * list: later entries would seem deleted. Source: distribution-spec v1.1, "Listing Tags"; RFC 8288.
 */
public final class LinkHeader {
    private static final Pattern SYNTAX = Pattern.compile("<([^<>]*)>([^<]*)");

    /** Text allowed between links and around them. */
    private static final Pattern NOTHING = Pattern.compile("[\\s,]*");

    private static final Pattern REL =
            Pattern.compile(";\\s*+rel\\s*+=\\s*+(?:([^\\s\";,]++)|\"([^\"]*+)\")", Pattern.CASE_INSENSITIVE);

    /** Relations other than to the next page. Source: IANA's registry of link relations. */
    private static final Set<String> NOT_ON = Set.of(
            "prev",
            "previous",
            "first",
            "last",
            "start",
            "self",
            "current",
            "up",
            "canonical",
            "alternate",
            "collection");

    /** Characters of a query. Source: RFC 3986, section 3.4. */
    private static final Pattern QUERY = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*");

    private LinkHeader() {}

    /** @param relations in lower case */
    private record Link(String target, Set<String> relations) {
        boolean leadsOn() {
            return relations.contains("next");
        }

        /** Whether it points to the same list without a known relation, so that it might be the next page. */
        boolean isUnclear() {
            String path = target.replaceFirst("\\?.*", "");
            boolean ofTheList = path.isEmpty() || path.endsWith("/tags/list") || path.contains("/referrers/");
            return ofTheList && (relations.isEmpty() || !NOT_ON.containsAll(relations));
        }

        /** Query of the target; empty: it has none. */
        Optional<String> query() {
            int at = target.indexOf('?');
            return at < 0 ? Optional.empty() : Optional.of(target.substring(at + 1));
        }
    }

    /**
     * The query of the next page's address; empty: this was the last page. The rest of the address is not used: behind
     * proxies, registries often name a scheme or host that does not lead back to them.
     */
    public static Optional<String> nextQuery(Answer answer, Request request) {
        List<String> headers = answer.headers("Link").toList();
        List<Link> links = headers.stream().flatMap(LinkHeader::links).toList();
        Optional<Link> next = links.stream().filter(Link::leadsOn).findFirst();
        if (next.isEmpty()) {
            boolean unclear = headers.stream().anyMatch(LinkHeader::isNoLink)
                    || links.stream().anyMatch(Link::isUnclear);
            if (unclear) {
                throw Failures.invalid(
                        answer, request, "its Link header cannot be read, so whether it goes on is not known");
            }
            return Optional.empty();
        }
        return Optional.of(next.get()
                .query()
                .filter(query -> QUERY.matcher(query).matches())
                .orElseThrow(() ->
                        Failures.invalid(answer, request, "the link to its next page is no address, or has no query")));
    }

    private static Stream<Link> links(String header) {
        return SYNTAX.matcher(header).results().map(link -> new Link(link.group(1), relations(link.group(2))));
    }

    private static boolean isNoLink(String header) {
        return !header.isBlank()
                && !NOTHING.matcher(SYNTAX.matcher(header).replaceAll("")).matches();
    }

    private static Set<String> relations(String parameters) {
        return REL.matcher(parameters)
                .results()
                .map(rel -> rel.group(1) == null ? rel.group(2) : rel.group(1))
                .flatMap(rel -> Stream.of(rel.replace("'", "").strip().split("\\s+")))
                .map(rel -> rel.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }
}
