package dev.lading.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lading.oci.Digest;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A signature over the list of a bundle's files. In hex, of which no bit is without meaning.
 *
 * @param algorithm of {@link Signature}: {@value #ED25519}, or {@value #ECDSA} as KMS makes it
 * @param key SHA-256 of the public key in DER, in hex
 * @param value in hex
 */
public record BundleSignature(String algorithm, String key, String value) {
    public static final String ED25519 = "Ed25519";
    public static final String ECDSA = "SHA256withECDSA";

    /** Limit on the text. */
    static final int MAX_BYTES = 1024;

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern TEXT =
            Pattern.compile("(" + ED25519 + "|" + ECDSA + ") ([0-9a-f]{64}) ((?:[0-9a-f]{2}){8,150})\n");

    /** The name of a public key. */
    public static String name(PublicKey key) {
        return Digest.of(Digest.SHA256, key.getEncoded()).hex();
    }

    /** The algorithm by which a key signs. */
    public static String algorithm(PublicKey key) {
        return key.getAlgorithm().equals("EC") ? ECDSA : ED25519;
    }

    /** A key pair of this machine as what signs. */
    public static BundleKey by(PrivateKey secret, PublicKey key) {
        return text -> {
            try {
                Signature signing = Signature.getInstance(algorithm(key));
                signing.initSign(secret);
                signing.update(text);
                return new BundleSignature(algorithm(key), name(key), HEX.formatHex(signing.sign()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the key does not sign", e);
            }
        };
    }

    /** The value as its algorithm makes it. */
    public byte[] bytes() {
        return HEX.parseHex(value);
    }

    public byte[] text() {
        return (algorithm + " " + key + " " + value + "\n").getBytes(US_ASCII);
    }

    /** @throws BundleRefused if it is no signature */
    public static BundleSignature parse(byte[] text) {
        Matcher parts = TEXT.matcher(new String(text, US_ASCII));
        if (!parts.matches()) {
            throw new BundleRefused("the signature is not written as bundles have it");
        }
        return new BundleSignature(parts.group(1), parts.group(2), parts.group(3));
    }

    boolean isOf(byte[] signed, PublicKey signer) {
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(signer);
            check.update(signed);
            return algorithm.equals(algorithm(signer)) && check.verify(bytes());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
