package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.DigestInvalid;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest, {@code algorithm:hex} in lower case; {@code sha256} and {@code sha512}. Source: image-spec,
 * descriptor.md, "Digests".
 */
public record Digest(String algorithm, String hex) {
    public static final String SHA256 = "sha256";
    public static final String SHA512 = "sha512";

    /** Syntax of digests of all algorithms. Source: image-spec, descriptor.md, "Digests". */
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+");

    public Digest {
        int length = hexLength(algorithm);
        if (hex.length() != length || !isLowerHex(hex)) {
            throw new DigestInvalid(algorithm + ":" + hex);
        }
    }

    /** Whether a text is a well-formed digest by an algorithm that this registry does not know. */
    public static boolean isOfUnknownAlgorithm(String text) {
        return SYNTAX.matcher(text).matches() && hexLength(text.substring(0, text.indexOf(':'))) < 0;
    }

    @JsonCreator
    public static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new DigestInvalid(text);
        }
        return new Digest(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The digest of {@code content} under {@code algorithm}. */
    public static Digest of(String algorithm, byte[] content) {
        return finish(algorithm, hasher(algorithm).digest(content));
    }

    public static Digest finish(String algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    /** A new running hash; the JDK's, which uses the processor's SHA instructions. */
    public static MessageDigest hasher(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.equals(SHA512) ? "SHA-512" : "SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-2", e);
        }
    }

    private static int hexLength(String algorithm) {
        return switch (algorithm) {
            case SHA256 -> 64;
            case SHA512 -> 128;
            default -> -1;
        };
    }

    public static boolean isLowerHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    @JsonValue
    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
