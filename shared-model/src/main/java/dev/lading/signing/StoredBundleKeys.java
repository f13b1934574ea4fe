package dev.lading.signing;

import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleSignature;
import dev.lading.random.Randomness;
import dev.lading.secret.SecretStore;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Set;

/** An Ed25519 key that is made when it is first needed, and kept with the other secrets until somebody deletes it there. */
public final class StoredBundleKeys implements BundleKeys {
    /** Its name in the store. */
    static final String NAME = "bundle-key";

    private static final String ALGORITHM = "Ed25519";

    private final SecretStore secrets;

    public StoredBundleKeys(SecretStore secrets) {
        this.secrets = secrets;
    }

    @Override
    public BundleKey signer() {
        KeyPair pair = pair();
        return BundleSignature.by(pair.getPrivate(), pair.getPublic());
    }

    @Override
    public PublicKey publicKey() {
        return pair().getPublic();
    }

    private KeyPair pair() {
        String text = secrets.get(Set.of(NAME)).get(NAME);
        if (text == null) {
            boolean _ = secrets.putIfAbsent(NAME, make());
            // Another process may have been first.
            text = secrets.get(Set.of(NAME)).getOrDefault(NAME, "");
        }
        return parse(text);
    }

    private static String make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
            generator.initialize(255, Randomness.source());
            return KeyPairText.of(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static KeyPair parse(String text) {
        try {
            return KeyPairText.parse(ALGORITHM, text);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the secret " + NAME + " is damaged; delete it and a new one is made, which the other side must be"
                            + " told to trust",
                    e);
        }
    }
}
