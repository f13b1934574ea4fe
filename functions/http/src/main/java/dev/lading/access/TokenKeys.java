package dev.lading.access;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that sign tokens, stored with the data, so that tokens and uploads survive a restart.
 *
 * @param access ES256, for the tokens clients carry: others may verify them without being able to make them; empty
 *     where only uploads are served
 * @param upload HS256, for the state in upload locations, which only we read and every chunk carries
 */
public record TokenKeys(Optional<KeyPair> access, SecretKey upload) {
    /** @throws Secrets.Damaged if a text is no key */
    static TokenKeys of(Map<SecretName, String> texts) {
        try {
            byte[] upload = Base64.getDecoder().decode(texts.get(SecretName.UPLOAD_KEY));
            String access = texts.get(SecretName.ACCESS_KEY);
            return new TokenKeys(
                    access == null ? Optional.empty() : Optional.of(pair(access)),
                    new SecretKeySpec(upload, "HmacSHA256"));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Secrets.Damaged(e);
        }
    }

    private static KeyPair pair(String text) throws GeneralSecurityException {
        String[] pair = text.split(" ", 2);
        if (pair.length < 2) {
            throw new IllegalArgumentException("two keys expected");
        }
        KeyFactory factory = KeyFactory.getInstance("EC");
        Base64.Decoder base64 = Base64.getDecoder();
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(base64.decode(pair[1]))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(pair[0]))));
    }
}
