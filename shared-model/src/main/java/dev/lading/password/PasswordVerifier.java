package dev.lading.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.random.Randomness;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A password in verifiable form: its HMAC under a key that is made with it and never leaves the process. It is fast on
 * purpose: clients send the password with every request. It is never stored, and whoever can read this process's memory
 * sees passwords as they come in; what is stored of users' is a {@link PasswordHash}, the administrator's is kept for its
 * owner to read. Guesses over the network are slowed apart from it.
 */
public final class PasswordVerifier {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final String MARK = "the password of a login";
    private static final int MARK_BYTES = 12;

    private final SecretKeySpec key = new SecretKeySpec(Randomness.bytes(KEY_BYTES), ALGORITHM);
    private final byte[] expected;
    private final byte[] everywhere;

    public PasswordVerifier(String password) {
        this.expected = hash(key, password.getBytes(UTF_8));
        this.everywhere = hash(new SecretKeySpec(MARK.getBytes(UTF_8), ALGORITHM), password.getBytes(UTF_8));
    }

    /** Compares in constant time, whatever the guess has in common with the password. */
    public boolean matches(String guess) {
        return MessageDigest.isEqual(expected, hash(key, guess.getBytes(UTF_8)));
    }

    /**
     * A mark of the password under a key that all processes have: it changes with the password, and tells those nothing
     * of it who do not have the key.
     */
    public String mark(SecretKey shared) {
        byte[] hash = hash(shared, everywhere);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, MARK_BYTES));
    }

    private static byte[] hash(SecretKey key, byte[] text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
