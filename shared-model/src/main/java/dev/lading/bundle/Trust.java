package dev.lading.bundle;

import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/**
 * Whose bundles are taken.
 *
 * @param keys that may have signed one
 * @param unsigned whether one that nobody signed is taken, too
 */
public record Trust(List<PublicKey> keys, boolean unsigned) {
    public Trust {
        keys = List.copyOf(keys);
    }

    /**
     * The name of the key that signed a text; empty: nobody did, and that is allowed.
     *
     * @param what it is of, for messages
     * @throws BundleRefused if it is not trusted
     */
    public Optional<String> require(String what, byte[] text, Optional<BundleSignature> signature) {
        if (signature.isEmpty()) {
            if (!unsigned) {
                throw new BundleRefused(what + " is not signed, and only signed ones are taken");
            }
            return Optional.empty();
        }
        PublicKey signer = keys.stream()
                .filter(key -> BundleSignature.name(key).equals(signature.get().key()))
                .findFirst()
                .orElseThrow(() -> new BundleRefused(
                        what + " is signed by the key " + signature.get().key() + ", which is not trusted"));
        if (!signature.get().isOf(text, signer)) {
            throw new BundleRefused(what + " is not what was signed");
        }
        return Optional.of(signature.get().key());
    }
}
