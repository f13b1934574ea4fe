package dev.lading.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Key pairs as secrets are stored: a private and a public key, PKCS #8 and X.509, in base64 with a space between. */
public final class KeyPairText {
    private KeyPairText() {}

    public static String of(KeyPair pair) {
        Base64.Encoder base64 = Base64.getEncoder();
        return base64.encodeToString(pair.getPrivate().getEncoded()) + " "
                + base64.encodeToString(pair.getPublic().getEncoded());
    }

    /**
     * Reads a pair.
     *
     * @throws IllegalArgumentException if the text is none
     * @throws GeneralSecurityException if it is none of the algorithm
     */
    public static KeyPair parse(String algorithm, String text) throws GeneralSecurityException {
        String[] pair = text.split(" ", 2);
        if (pair.length < 2) {
            throw new IllegalArgumentException("two keys expected");
        }
        KeyFactory factory = KeyFactory.getInstance(algorithm);
        Base64.Decoder base64 = Base64.getDecoder();
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(base64.decode(pair[1]))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(pair[0]))));
    }
}
