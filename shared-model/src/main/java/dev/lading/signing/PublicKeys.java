package dev.lading.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys of bundles as files and as bytes. Source: RFC 7468, section 13. */
public final class PublicKeys {
    private static final int PEM_LINE = 64;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----\\s+([A-Za-z0-9+/=\\s]{16,1024})-----END PUBLIC KEY-----\\s*");

    private PublicKeys() {}

    public static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** @throws IllegalArgumentException if it is none of Ed25519 or ECDSA */
    public static PublicKey ofPem(String text) {
        Matcher pem = PEM.matcher(text);
        if (!pem.matches()) {
            throw new IllegalArgumentException("this is no public key in PEM");
        }
        return of(Base64.getMimeDecoder().decode(pem.group(1)));
    }

    /**
     * Reads a key from URL-safe base64.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static PublicKey ofUrlText(String text) {
        return of(Base64.getUrlDecoder().decode(text));
    }

    /**
     * Reads a key.
     *
     * @param encoded X.509, in DER
     * @throws IllegalArgumentException if it is none of Ed25519 or ECDSA
     */
    public static PublicKey of(byte[] encoded) {
        var spec = new X509EncodedKeySpec(encoded);
        try {
            try {
                return KeyFactory.getInstance("Ed25519").generatePublic(spec);
            } catch (GeneralSecurityException otherwise) {
                return KeyFactory.getInstance("EC").generatePublic(spec);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this is no public key of Ed25519 or ECDSA", e);
        }
    }
}
