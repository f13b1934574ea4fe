package dev.lading.password;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.random.Randomness;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password's hash by Argon2id, in the PHC string format, with the parameters it was made with. Sources: RFC 9106; the
 * memory and passes are OWASP's for servers, "Password Storage Cheat Sheet".
 */
public record PasswordHash(String text) {
    /** Least length of a password. Source: NIST SP 800-63B, section 5.1.1. */
    static final int MIN_CHARACTERS = 8;

    /** Length limit of a password; a request's head holds some more. */
    static final int MAX_BYTES = 7_000;

    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** Limit on the memory that a stored hash may ask for. */
    private static final int MAX_MEMORY_KIB = 64 * 1024;

    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d)\\$([\\w+/-]+)\\$([\\w+/-]+)");

    @JsonCreator
    public PasswordHash {}

    /** @throws FieldInvalid if the password is too short or too long */
    static PasswordHash of(String password) {
        int characters = password.codePointCount(0, password.length());
        if (characters < MIN_CHARACTERS) {
            throw new FieldInvalid("password", "A password has at least " + MIN_CHARACTERS + " characters.");
        }
        if (password.getBytes(UTF_8).length > MAX_BYTES) {
            throw new FieldInvalid("password", "A password has at most " + MAX_BYTES + " bytes.");
        }
        byte[] salt = Randomness.bytes(SALT_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return new PasswordHash("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
                .formatted(
                        MEMORY_KIB,
                        PASSES,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash(password, salt, MEMORY_KIB, PASSES, 1, HASH_BYTES))));
    }

    /** Compares in constant time. */
    boolean matches(String password) {
        Matcher phc = PHC.matcher(text);
        if (!phc.matches() || Integer.parseInt(phc.group(1)) > MAX_MEMORY_KIB) {
            throw new IllegalStateException("a stored password hash is not one of Argon2id");
        }
        if (password.length() > MAX_BYTES) {
            return false;
        }
        byte[] expected = Base64.getDecoder().decode(phc.group(5));
        byte[] found = hash(
                password,
                Base64.getDecoder().decode(phc.group(4)),
                Integer.parseInt(phc.group(1)),
                Integer.parseInt(phc.group(2)),
                Integer.parseInt(phc.group(3)),
                expected.length);
        return MessageDigest.isEqual(expected, found);
    }

    private static byte[] hash(String password, byte[] salt, int memoryKib, int passes, int lanes, int bytes) {
        var argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withSalt(salt)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .build());
        byte[] hash = new byte[bytes];
        argon2.generateBytes(password.getBytes(UTF_8), hash);
        return hash;
    }

    @JsonValue
    @Override
    public String text() {
        return text;
    }

    /** Nothing of the hash, so that no log has it. */
    @Override
    public String toString() {
        return "a password's hash";
    }
}
