package dev.lading.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.random.Randomness;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
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

    private final SecretKeySpec key = new SecretKeySpec(Randomness.bytes(KEY_BYTES), ALGORITHM);
    private final byte[] expected;

    public PasswordVerifier(String password) {
        this.expected = hash(password);
    }

    /** Compares in constant time, whatever the guess has in common with the password. */
    public boolean matches(String guess) {
        return MessageDigest.isEqual(expected, hash(guess));
    }

    private byte[] hash(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
