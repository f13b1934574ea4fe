package dev.lading.history.row;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.lading.metadata.UuidV7;
import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A piece of content, whatever repositories and versions hold it.
 *
 * @param name its identity besides the id: a digest, or {@code tag@digest}
 * @param id a UUIDv7. Its time is when the registry first had the content; the bits after it are the
 *     {@link #fingerprint} of the name and the kind, so that one record is found by name and by id
 */
public record ContentUnit(ContentKind kind, String name, UUID id) {
    private static final int FINGERPRINT_DIGITS = 18;
    private static final int KIND_BITS = 2;

    public static ContentUnit firstSeen(ContentKind kind, String name, Instant now) {
        String digits = fingerprint(kind, name);
        long a = HexFormat.fromHexDigits(digits, 0, 3);
        long b = HexFormat.fromHexDigitsToLong(digits, 3, FINGERPRINT_DIGITS);
        return new ContentUnit(kind, name, UuidV7.of(now, a, (b << KIND_BITS) | kind.code));
    }

    public static String tagName(Tag tag, Digest digest) {
        return tag + "@" + digest;
    }

    @JsonIgnore
    public Instant created() {
        return UuidV7.time(id);
    }

    /** Digest of the blob or manifest, or of the manifest a tag is on. */
    @JsonIgnore
    public Digest digest() {
        return Digest.parse(name.substring(name.indexOf('@') + 1));
    }

    /** @throws IllegalStateException if it is no tag */
    @JsonIgnore
    public Tag tag() {
        if (kind != ContentKind.TAG) {
            throw new IllegalStateException(name + " is no tag");
        }
        return new Tag(name.substring(0, name.indexOf('@')));
    }

    /**
     * Hash of kind and name in 18 hex digits. Those of a tag begin like its manifest's digest, so that the tags on a
     * manifest are together.
     */
    public static String fingerprint(ContentKind kind, String name) {
        if (kind != ContentKind.TAG) {
            return hex(name).substring(0, FINGERPRINT_DIGITS);
        }
        int at = name.indexOf('@');
        String tag = Digest.of(Digest.SHA256, name.substring(0, at).getBytes(StandardCharsets.UTF_8))
                .hex();
        return tagsOn(name.substring(at + 1)) + tag.substring(0, FINGERPRINT_DIGITS / 2);
    }

    /** Common beginning of the fingerprints of all tags on a manifest. */
    static String tagsOn(String digest) {
        return hex(digest).substring(0, FINGERPRINT_DIGITS / 2);
    }

    public static String fingerprint(UUID id) {
        return "%03x%015x".formatted(UuidV7.a(id), UuidV7.b(id) >>> KIND_BITS);
    }

    private static String hex(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }
}
