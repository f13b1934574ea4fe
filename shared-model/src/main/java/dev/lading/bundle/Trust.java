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
     * The name of the key that signed a list; empty: nobody did, and that is allowed.
     *
     * @throws BundleRefused if it is not trusted
     */
    Optional<String> require(byte[] list, Optional<BundleSignature> signature) {
        if (signature.isEmpty()) {
            if (!unsigned) {
                throw new BundleRefused("the bundle is not signed, and only signed ones are taken");
            }
            return Optional.empty();
        }
        PublicKey signer = keys.stream()
                .filter(key -> BundleSignature.name(key).equals(signature.get().key()))
                .findFirst()
                .orElseThrow(() -> new BundleRefused(
                        "the bundle is signed by the key " + signature.get().key() + ", which is not trusted"));
        if (!signature.get().isOf(list, signer)) {
            throw new BundleRefused("the list of files is not what was signed");
        }
        return Optional.of(signature.get().key());
    }
}
