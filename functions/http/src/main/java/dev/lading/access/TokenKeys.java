package dev.lading.access;

import dev.lading.signing.KeyPairText;
import dev.lading.signing.KeySchedule;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that sign tokens, stored with the data, so that tokens and uploads survive a restart.
 *
 * @param schedule which of the access keys signs, and by which tokens are checked
 * @param access ES256, by name, for the tokens clients carry: others may verify them without being able to make them;
 *     empty where only uploads are served
 * @param upload HS256, for the state in upload locations, which only we read and every chunk carries
 */
public record TokenKeys(KeySchedule schedule, Map<String, KeyPair> access, SecretKey upload) {
    /** A key with the name that the tokens which it signs tell. */
    record Signer(String name, PrivateKey key) {}

    public TokenKeys {
        access = Map.copyOf(access);
    }

    /**
     * @param texts by name: the upload key's, and those of the keys of the schedule that are alive
     * @throws Secrets.Damaged if a text is no key
     */
    static TokenKeys of(KeySchedule schedule, Map<String, String> texts) {
        String upload = SecretName.UPLOAD_KEY.toString();
        return new TokenKeys(
                schedule,
                texts.entrySet().stream()
                        .filter(text -> !text.getKey().equals(upload))
                        .collect(Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, text -> pair(text.getKey(), text.getValue()))),
                secret(upload, texts.getOrDefault(upload, "")));
    }

    /** The access key that signs at a time; empty where only uploads are served. */
    Optional<Signer> signer(Instant now) {
        String name = schedule.signing(now).name();
        return Optional.ofNullable(access.get(name)).map(pair -> new Signer(name, pair.getPrivate()));
    }

    private static SecretKey secret(String name, String text) {
        try {
            return new SecretKeySpec(Base64.getDecoder().decode(text), "HmacSHA256");
        } catch (IllegalArgumentException e) {
            throw new Secrets.Damaged(name, e);
        }
    }

    private static KeyPair pair(String name, String text) {
        try {
            return KeyPairText.parse("EC", text);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Secrets.Damaged(name, e);
        }
    }
}
