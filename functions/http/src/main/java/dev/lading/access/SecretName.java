package dev.lading.access;

import dev.lading.random.Randomness;
import dev.lading.signing.KeyPairText;
import dev.lading.signing.SigningKey;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * The secrets of a registry by their names in the store, and how each is generated. Keys after the first that sign
 * access tokens have names of their own: see {@link SigningKey}.
 */
enum SecretName {
    PASSWORD(Secrets.PASSWORD),
    ACCESS_KEY(SigningKey.FIRST),
    UPLOAD_KEY("upload-key");

    /** Size of a generated password: 144 bits, in characters that need no escaping in shells or URLs. */
    private static final int PASSWORD_BYTES = 18;

    private static final int UPLOAD_KEY_BYTES = 32;

    private final String text;

    SecretName(String text) {
        this.text = text;
    }

    String make() {
        return switch (this) {
            case PASSWORD -> Base64.getUrlEncoder().withoutPadding().encodeToString(Randomness.bytes(PASSWORD_BYTES));
            case ACCESS_KEY -> makeKeyPair();
            case UPLOAD_KEY -> Base64.getEncoder().encodeToString(Randomness.bytes(UPLOAD_KEY_BYTES));
        };
    }

    private static String makeKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), Randomness.source());
            return KeyPairText.of(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
