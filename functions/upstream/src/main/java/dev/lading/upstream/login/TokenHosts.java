package dev.lading.upstream.login;

import dev.lading.upstream.transport.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/**
 * Hosts to which an upstream's password may be sent for a token: its own, those under the same registrable domain by
 * the public suffix list, a few known ones, and those that the remote names. Source: publicsuffix.org, with its private
 * section, so that two names under {@code github.io} count as two owners.
 */
public final class TokenHosts {
    /** Token hosts of owners with more than one domain, by upstream host. */
    private static final Map<String, Set<String>> KNOWN =
            Map.of("registry.redhat.io", Set.of("sso.redhat.com", "access.redhat.com"));

    private final String upstream;
    private final List<String> named;

    /**
     * @param upstream host, in lower case
     * @param named in the remote's field {@code token_hosts}
     */
    public TokenHosts(String upstream, List<String> named) {
        this.upstream = withoutDot(upstream);
        this.named = List.copyOf(named);
    }

    /** @param realm host, in lower case */
    boolean have(String realm) {
        String host = withoutDot(realm);
        return host.equals(upstream)
                || named.contains(host)
                || KNOWN.getOrDefault(upstream, Set.of()).contains(host)
                || isOfOneDomain(host);
    }

    private boolean isOfOneDomain(String host) {
        Optional<String> domain = domain(host);
        return domain.isPresent() && domain.equals(domain(upstream));
    }

    /**
     * The registrable domain; empty: an IP address, or a public suffix itself. Loads the list on first use, since it is
     * long.
     */
    private static Optional<String> domain(String host) {
        return Network.written(host).isPresent()
                ? Optional.empty()
                : Optional.ofNullable(PublicSuffixMatcherLoader.getDefault().getDomainRoot(host));
    }

    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
