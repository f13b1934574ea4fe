package dev.lading.connection;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Proxies that are trusted to name the client of a request. Each appends the address it saw at the right, so the client
 * is the first from the right that is no trusted proxy; anything further left may be forged. No other peer is trusted.
 * Sources: RFC 7239, section 7.4; the header X-Forwarded-For as proxies write it.
 */
public final class TrustedProxies {
    /** System property: addresses and CIDR blocks, separated by commas. Quarkus reads it, too. */
    private static final String PROPERTY = "quarkus.http.proxy.trusted-proxies";

    private static final String FORWARDED = "Forwarded";
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final List<String> UNBELIEVED = List.of(
            FORWARDED_FOR,
            FORWARDED,
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Forwarded-Prefix",
            "X-Forwarded-Port",
            "X-Forwarded-Ssl");
    private static final Pattern FOR = Pattern.compile("(?i)(?:^|;)\\s*for=\"?([^;\",]+)\"?");
    private static final Pattern WITH_PORT =
            Pattern.compile("(\\d+\\.\\d+\\.\\d+\\.\\d+)(?::\\d+)?|\\[([^]]+)](?::\\d+)?|(.*)");

    private final List<Block> blocks;

    private static final class Block {
        private final byte[] address;
        private final int prefixBits;

        Block(byte[] address, int prefixBits) {
            this.address = address;
            this.prefixBits = prefixBits;
        }

        boolean holds(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = prefixBits / 8;
            int rest = prefixBits % 8;
            return Arrays.equals(address, 0, whole, other, 0, whole)
                    && (rest == 0 || ((address[whole] ^ other[whole]) & 0xff & (0xff00 >> rest)) == 0);
        }
    }

    /** Two headers name different clients, one of which the proxy has passed on unchecked. */
    static final class Contradiction extends Exception {
        Contradiction() {
            super("Forwarded and X-Forwarded-For name different clients", null, false, false);
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }

    TrustedProxies(List<String> blocks) {
        this.blocks =
                blocks.stream().map(String::strip).map(TrustedProxies::block).toList();
    }

    static TrustedProxies configured() {
        return new TrustedProxies(Stream.of(System.getProperty(PROPERTY, "").split(",", -1))
                .filter(block -> !block.isBlank())
                .toList());
    }

    /** @throws IllegalArgumentException if it is neither an address nor a CIDR block */
    public static void require(String block) {
        var _ = block(block);
    }

    private static Block block(String text) {
        int slash = text.indexOf('/');
        byte[] address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                .getAddress();
        int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
            throw new IllegalArgumentException("no prefix of " + bits + " bits");
        }
        return new Block(address, bits);
    }

    boolean trusts(InetAddress address) {
        byte[] bytes = address.getAddress();
        return blocks.stream().anyMatch(block -> block.holds(bytes));
    }

    /**
     * The client that a proxy forwards a request for; the headers are then rewritten to name it alone. Empty: the peer
     * itself, and they name no client.
     */
    Optional<InetAddress> client(InetAddress peer, HttpHeaders headers) throws Contradiction {
        if (blocks.isEmpty() || !trusts(peer)) {
            UNBELIEVED.forEach(headers::remove);
            return Optional.empty();
        }
        Optional<InetAddress> listed = walk(split(headers.getAll(FORWARDED_FOR)));
        List<String> elements = split(headers.getAll(FORWARDED));
        Optional<InetAddress> standard = walk(elements.stream()
                .map(FOR::matcher)
                .map(found -> found.find() ? found.group(1) : "")
                .toList());
        if (listed.isPresent() && standard.isPresent() && !listed.equals(standard)) {
            throw new Contradiction();
        }
        headers.remove(FORWARDED_FOR);
        if (listed.isPresent()) {
            headers.remove(FORWARDED);
            headers.set(FORWARDED_FOR, listed.get().getHostAddress());
        } else if (standard.isPresent()) {
            String named = ";for=\"" + literal(standard.get()) + "\"";
            headers.set(FORWARDED, FOR.matcher(elements.getLast()).replaceFirst(named));
        } else {
            headers.remove(FORWARDED);
        }
        return listed.or(() -> standard);
    }

    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    private static List<String> split(List<String> values) {
        List<String> all = new ArrayList<>();
        values.forEach(value -> all.addAll(Arrays.asList(value.split(",", -1))));
        return all;
    }

    private Optional<InetAddress> walk(List<String> chain) {
        Optional<InetAddress> client = Optional.empty();
        for (String hop : chain.reversed()) {
            Optional<InetAddress> address = address(hop.strip());
            if (address.isEmpty()) {
                return client;
            }
            client = address;
            if (!trusts(address.get())) {
                return client;
            }
        }
        return client;
    }

    private static Optional<InetAddress> address(String hop) {
        Matcher parts = WITH_PORT.matcher(hop);
        try {
            return parts.matches()
                    ? Stream.of(1, 2, 3)
                            .map(parts::group)
                            .filter(text -> text != null && !text.isEmpty())
                            .findFirst()
                            .map(InetAddress::ofLiteral)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
