package dev.lading.bundle.document;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.Trust;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an importing registry says that it holds of the repositories of another. */
public record Receipt(Instant created, List<Held> repositories) {
    /** Limit on the text, so that a request has room for it. */
    public static final int MAX_BYTES = 850 * 1024;

    /** Size up to which no receipt names a blob, since increments have those anyway. */
    public static final long SMALL_BYTES = 64 * 1024;

    private static final String FIRST = "lading receipt 1\n";
    private static final String SIGNED = "signed ";
    private static final String WHAT = "the receipt";
    private static final Pattern CREATED = Pattern.compile("created (\\S{20,35})");
    private static final Pattern REPOSITORY =
            Pattern.compile("repository ([0-9a-f-]{36}) (0|[1-9][0-9]{0,9}) (\\S{1,3000})");
    private static final Pattern BLOB = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final HexFormat HEX = HexFormat.of();

    public Receipt {
        repositories = List.copyOf(repositories);
    }

    /**
     * A repository.
     *
     * @param source its id where it was exported
     * @param name there
     * @param version up to which it is held, by its number there
     * @param blobs of that version, over {@link #SMALL_BYTES}, whose bytes are here
     */
    public record Held(RepositoryId source, String name, long version, Set<Digest> blobs) {
        public Held {
            blobs = Set.copyOf(blobs);
        }
    }

    public static Receipt nothing() {
        return new Receipt(Instant.EPOCH, List.of());
    }

    public Optional<Held> find(RepositoryId source) {
        return repositories.stream()
                .filter(each -> each.source().equals(source))
                .findFirst();
    }

    /**
     * The receipt as a file.
     *
     * @param key that signs; empty: nobody does
     * @throws BundleRefused if it is longer than one may be
     */
    public String text(Optional<BundleKey> key) {
        String text = text();
        if (text.length() > MAX_BYTES) {
            throw new BundleRefused("a receipt of so many repositories and blobs is longer than " + MAX_BYTES / 1024
                    + " KiB; make one for fewer repositories");
        }
        return text
                + key.map(each -> SIGNED
                                + new String(each.sign(text.getBytes(US_ASCII)).text(), US_ASCII))
                        .orElse("");
    }

    private String text() {
        var text = new StringBuilder(FIRST).append("created ").append(created).append('\n');
        for (Held each : repositories) {
            text.append("repository ")
                    .append(each.source())
                    .append(' ')
                    .append(each.version())
                    .append(' ')
                    .append(URLEncoder.encode(each.name(), UTF_8))
                    .append('\n');
            each.blobs().stream()
                    .map(Receipt::line)
                    .sorted()
                    .forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    private static String line(Digest blob) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(HEX.parseHex(blob.hex()));
    }

    /** @throws BundleRefused if it is none, or not trusted */
    public static Receipt parse(String file, Trust trust) {
        int end = file.lastIndexOf(SIGNED);
        boolean isSigned = end > 0 && file.charAt(end - 1) == '\n';
        String text = isSigned ? file.substring(0, end) : file;
        byte[] bytes = text.getBytes(US_ASCII);
        var _ = trust.require(
                WHAT,
                bytes,
                isSigned
                        ? Optional.of(BundleSignature.parse(
                                file.substring(end + SIGNED.length()).getBytes(US_ASCII)))
                        : Optional.empty());
        if (!text.startsWith(FIRST)) {
            throw new BundleRefused(
                    "this is no receipt, or one of a newer version: it does not begin with '" + FIRST.strip() + "'");
        }
        Receipt receipt = parse(text.substring(FIRST.length()).lines().toList());
        if (bytes.length > MAX_BYTES || !Arrays.equals(receipt.text().getBytes(US_ASCII), text.getBytes(UTF_8))) {
            throw unlike();
        }
        return receipt;
    }

    private static Receipt parse(List<String> lines) {
        try {
            Matcher created = CREATED.matcher(lines.isEmpty() ? "" : lines.getFirst());
            if (!created.matches()) {
                throw unlike();
            }
            List<Held> repositories = new ArrayList<>();
            int at = 1;
            while (at < lines.size()) {
                Matcher repository = REPOSITORY.matcher(lines.get(at++));
                if (!repository.matches()) {
                    throw unlike();
                }
                Set<Digest> blobs = new HashSet<>();
                while (at < lines.size() && BLOB.matcher(lines.get(at)).matches()) {
                    blobs.add(new Digest(
                            Digest.SHA256, HEX.formatHex(Base64.getUrlDecoder().decode(lines.get(at++)))));
                }
                repositories.add(new Held(
                        new RepositoryId(UUID.fromString(repository.group(1))),
                        URLDecoder.decode(repository.group(3), UTF_8),
                        Long.parseLong(repository.group(2)),
                        blobs));
            }
            requireDifferent(repositories);
            return new Receipt(Instant.parse(created.group(1)), repositories);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw unlike();
        }
    }

    private static void requireDifferent(List<Held> repositories) {
        Set<RepositoryId> ids = new HashSet<>();
        repositories.stream()
                .filter(each -> !ids.add(each.source()))
                .findFirst()
                .ifPresent(each -> {
                    throw new BundleRefused("the receipt names repository '" + each.name() + "' twice");
                });
    }

    private static BundleRefused unlike() {
        return new BundleRefused("the receipt is not written as receipts are");
    }
}
