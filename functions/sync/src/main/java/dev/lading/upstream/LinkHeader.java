package dev.lading.upstream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where a list goes on. Source: distribution-spec v1.1, "Listing Tags"; RFC 8288. */
final class LinkHeader {
    private static final Pattern SYNTAX = Pattern.compile("<([^<>]*)>([^<]*)");
    private static final Pattern REL =
            Pattern.compile(";\\s*+rel\\s*+=\\s*+(?:([^\\s\";,]++)|\"([^\"]*+)\")", Pattern.CASE_INSENSITIVE);

    /** Source: RFC 3986, section 3.4. */
    private static final Pattern QUERY = Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*");

    private LinkHeader() {}

    /**
     * The query of the next page's address; the rest of it is known, and behind proxies registries often name a scheme or a host
     * that does not lead back to them. Empty: this was the last page.
     */
    static Optional<String> nextQuery(Answer answer, Request request) {
        Optional<String> next = answer.headers("Link")
                .map(SYNTAX::matcher)
                .flatMap(Matcher::results)
                .filter(link -> isNext(link.group(2)))
                .map(link -> link.group(1))
                .filter(target -> target.contains("?"))
                .map(target -> target.substring(target.indexOf('?') + 1))
                .findFirst();
        if (next.filter(query -> !QUERY.matcher(query).matches()).isPresent()) {
            throw Failures.invalid(answer, request, "the link to its next page is no address");
        }
        return next;
    }

    private static boolean isNext(String parameters) {
        return REL.matcher(parameters)
                .results()
                .map(rel -> rel.group(1) == null ? rel.group(2) : rel.group(1))
                .flatMap(rel -> Stream.of(rel.split("\\s+")))
                .anyMatch("next"::equalsIgnoreCase);
    }
}
