package dev.lading.upstream.transport;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Address ranges by how far they reach, narrowest first. IPv6 addresses that embed an IPv4 address (mapped, NAT64,
 * 6to4, Teredo) reach as far as that. Sources: IANA's registries of special-purpose addresses (RFC 6890), RFC 6052, RFC
 * 3056 and RFC 4380.
 */
public enum Network {
    /**
     * Addresses never requested: link-local, among them clouds' metadata services, multicast, and unspecified or
     * reserved ones.
     */
    FORBIDDEN("link-local, metadata or reserved"),
    LOOPBACK("loopback"),
    PRIVATE("private"),
    PUBLIC("public");

    /** Blocks of addresses, nested ones before those that hold them. */
    private static final List<Block> BLOCKS = List.of(
            // Metadata and similar services of Alibaba, Azure and Oracle, of AWS by IPv6, and of Google by IPv6.
            new Block(FORBIDDEN, Prefix.of("100.100.100.200", 32)),
            new Block(FORBIDDEN, Prefix.of("168.63.129.16", 32)),
            new Block(FORBIDDEN, Prefix.of("192.0.0.0", 24)),
            new Block(FORBIDDEN, Prefix.of("fd00:ec2::", 32)),
            new Block(FORBIDDEN, Prefix.of("fd20:ce::", 32)),
            new Block(FORBIDDEN, Prefix.of("0.0.0.0", 8)),
            new Block(FORBIDDEN, Prefix.of("169.254.0.0", 16)),
            new Block(FORBIDDEN, Prefix.of("224.0.0.0", 3)),
            new Block(LOOPBACK, Prefix.of("127.0.0.0", 8)),
            new Block(PRIVATE, Prefix.of("10.0.0.0", 8)),
            new Block(PRIVATE, Prefix.of("100.64.0.0", 10)),
            new Block(PRIVATE, Prefix.of("172.16.0.0", 12)),
            new Block(PRIVATE, Prefix.of("192.168.0.0", 16)),
            new Block(PRIVATE, Prefix.of("198.18.0.0", 15)),
            new Block(PUBLIC, Prefix.of("0.0.0.0", 0)),
            new Block(LOOPBACK, Prefix.of("::1", 128)),
            new Block(PRIVATE, Prefix.of("fc00::", 7)),
            new Block(PRIVATE, Prefix.of("fec0::", 10)),
            new Block(PUBLIC, Prefix.of("2000::", 3)),
            // All other IPv6: link-local, multicast, unspecified, and unassigned ranges.
            new Block(FORBIDDEN, Prefix.of("::", 0)));

    /**
     * Prefixes with the offset of the IPv4 address in them: IPv4-compatible and -translated, NAT64 (well-known and
     * local), 6to4.
     */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding(Prefix.of("::ffff:0:0:0", 96), 12),
            new Embedding(Prefix.of("64:ff9b::", 96), 12),
            new Embedding(Prefix.of("64:ff9b:1::", 48), 12),
            new Embedding(Prefix.of("2002::", 16), 2),
            new Embedding(Prefix.of("::", 96), 12));

    private static final Prefix TEREDO = Prefix.of("2001::", 32);
    private static final Prefix LOCAL_NAT64 = Prefix.of("64:ff9b:1::", 48);

    /** Prefix of {@code ::} and {@code ::1}, which embed nothing. */
    private static final Prefix NOBODY_OR_SELF = Prefix.of("::", 112);

    /**
     * Syntax of a final label that makes a host an IPv4 address or invalid. Source: WHATWG URL, "ends-in-a-number
     * checker".
     */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

    private static final Pattern FOUR_NUMBERS = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

    private final String adjective;

    Network(String adjective) {
        this.adjective = adjective;
    }

    /** Addresses with the same first bits. */
    private record Prefix(InetAddress first, int bits) {
        /** @param literal address, parsed without a name lookup */
        static Prefix of(String literal, int bits) {
            return new Prefix(InetAddress.ofLiteral(literal), bits);
        }

        boolean has(byte[] address) {
            byte[] own = first.getAddress();
            int whole = bits / 8;
            int rest = bits % 8;
            return address.length == own.length
                    && Arrays.equals(own, 0, whole, address, 0, whole)
                    && (rest == 0 || (own[whole] & 0xff) >> (8 - rest) == (address[whole] & 0xff) >> (8 - rest));
        }
    }

    private record Block(Network network, Prefix prefix) {}

    private record Embedding(Prefix prefix, int at) {}

    /** Network of a socket address. */
    static Network of(InetAddress address) {
        return of(address.getAddress());
    }

    private static Network of(byte[] address) {
        Network own = BLOCKS.stream()
                .filter(block -> block.prefix().has(address))
                .findFirst()
                .orElseThrow()
                .network();
        if (address.length == 4) {
            return own;
        }
        if (TEREDO.has(address)) {
            // The client's own address is the last, with every bit inverted.
            byte[] inside = Arrays.copyOfRange(address, 12, 16);
            for (int i = 0; i < inside.length; i++) {
                inside[i] = (byte) ~inside[i];
            }
            return of(inside);
        }
        if (NOBODY_OR_SELF.has(address)) {
            return own;
        }
        return EMBEDDINGS.stream()
                .filter(each -> each.prefix().has(address))
                .findFirst()
                .map(each -> of(Arrays.copyOfRange(address, each.at(), each.at() + 4)))
                .map(inside -> LOCAL_NAT64.has(address) ? narrower(inside, PRIVATE) : inside)
                .orElse(own);
    }

    private static Network narrower(Network one, Network other) {
        return one.reaches(other) ? other : one;
    }

    /**
     * Network of a host that is written as an address or is {@code localhost}; empty: a name, which must be resolved
     * first. Spellings that parsers read differently, such as decimal, octal, hexadecimal or with a final dot, are
     * forbidden.
     */
    public static Optional<Network> written(String host) {
        String text = host.toLowerCase(Locale.ROOT);
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (name.startsWith("[") || name.contains(":")) {
            return Optional.of(literal(name.replaceAll("[\\[\\]]", "")));
        }
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return Optional.of(LOOPBACK);
        }
        if (!NUMBER.matcher(name.substring(name.lastIndexOf('.') + 1)).matches()) {
            return Optional.empty();
        }
        return Optional.of(FOUR_NUMBERS.matcher(text).matches() ? literal(text) : FORBIDDEN);
    }

    private static Network literal(String text) {
        try {
            return of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return FORBIDDEN;
        }
    }

    /** Whether it reaches as far as another network, or farther. */
    boolean reaches(Network least) {
        return compareTo(least) >= 0;
    }

    /** A phrase such as "a private address". */
    @Override
    public String toString() {
        return adjective;
    }
}
