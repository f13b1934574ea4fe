package dev.lading.password;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.random.Randomness;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A robot's secret as it is stored: {@code ldg_}, 256 random bits and a checksum, of which there is only the SHA-256.
 * Nobody guesses so many bits, so that a fast hash is enough.
 *
 * @param lastUsed a time of the last day that it was used on
 */
public record RobotSecret(UUID id, String sha256, Instant created, Instant expires, Optional<Instant> lastUsed) {
    private static final String PREFIX = "ldg_";
    private static final int BYTES = 32;

    /** Characters of 256 bits, and of a CRC-32, in base 36. */
    private static final int RANDOM_CHARACTERS = 50;

    private static final int CHECKSUM_CHARACTERS = 7;
    private static final int BASE = 36;
    private static final Pattern FORM =
            Pattern.compile(PREFIX + "[0-9a-z]{" + (RANDOM_CHARACTERS + CHECKSUM_CHARACTERS) + "}");
    private static final Duration WRITTEN_EVERY = Duration.ofDays(1);

    /**
     * A secret that was just made.
     *
     * @param text what the robot logs in with; shown once, and stored nowhere
     */
    public record Made(RobotSecret secret, String text) {
        /** Nothing of the secret, so that no log has it. */
        @Override
        public String toString() {
            return "a new secret of a robot";
        }
    }

    public static Made make(Instant now, Instant expires) {
        String random = padded(new BigInteger(1, Randomness.bytes(BYTES)), RANDOM_CHARACTERS);
        String text = PREFIX + random + checksum(random);
        return new Made(new RobotSecret(Randomness.uuid(), hash(text), now, expires, Optional.empty()), text);
    }

    /**
     * Whether a text has the form of a secret, and its checksum. So whoever finds one in a file can tell it from other
     * text, and a mistyped one costs no read.
     */
    public static boolean isWellFormed(String text) {
        if (!FORM.matcher(text).matches()) {
            return false;
        }
        int end = PREFIX.length() + RANDOM_CHARACTERS;
        return checksum(text.substring(PREFIX.length(), end)).equals(text.substring(end));
    }

    private static String checksum(String random) {
        var crc = new CRC32();
        crc.update(random.getBytes(US_ASCII));
        return padded(BigInteger.valueOf(crc.getValue()), CHECKSUM_CHARACTERS);
    }

    private static String padded(BigInteger number, int characters) {
        String digits = number.toString(BASE);
        return "0".repeat(characters - digits.length()) + digits.toLowerCase(Locale.ROOT);
    }

    private static String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Compares in constant time. */
    public boolean matches(String text) {
        return MessageDigest.isEqual(sha256.getBytes(US_ASCII), hash(text).getBytes(US_ASCII));
    }

    public boolean counts(Instant now) {
        return now.isBefore(expires);
    }

    public RobotSecret endingBy(Instant end) {
        return end.isBefore(expires) ? new RobotSecret(id, sha256, created, end, lastUsed) : this;
    }

    /** This secret as one that was used now; empty: it says so already, to a day. */
    public Optional<RobotSecret> usedAt(Instant now) {
        boolean isSaid =
                lastUsed.filter(at -> now.isBefore(at.plus(WRITTEN_EVERY))).isPresent();
        return isSaid ? Optional.empty() : Optional.of(new RobotSecret(id, sha256, created, expires, Optional.of(now)));
    }
}
