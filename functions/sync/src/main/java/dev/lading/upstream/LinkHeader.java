package dev.lading.upstream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a list goes on. Source: distribution-spec v1.1, "Listing Tags"; RFC 8288. */
final class LinkHeader {
    private static final Pattern SYNTAX = Pattern.compile("<([^<>]*)>([^<]*)");
    private static final Pattern NEXT =
            Pattern.compile(";\\s*rel\\s*=\\s*(?:next|\"(?:[^\"]*\\s)?next(?:\\s[^\"]*)?\")", Pattern.CASE_INSENSITIVE);

    private LinkHeader() {}

    /**
     * The query of the next page's address; the rest of it is ours already, and behind proxies registries often name a host or
     * a scheme that does not lead back to them. Empty: this was the last page.
     */
    static Optional<String> nextQuery(Answer answer) {
        return answer.headers("Link")
                .map(SYNTAX::matcher)
                .flatMap(Matcher::results)
                .filter(link -> NEXT.matcher(link.group(2)).find())
                .map(link -> link.group(1))
                .filter(target -> target.contains("?"))
                .map(target -> target.substring(target.indexOf('?') + 1))
                .findFirst();
    }
}
