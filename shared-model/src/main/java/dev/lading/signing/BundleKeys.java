package dev.lading.signing;

import dev.lading.bundle.BundleKey;
import dev.lading.oci.RegistryException.KeyUnusable;
import java.security.PublicKey;

/** The key that signs this registry's bundles, receipts and attestations. Others trust its public half by hand. */
public interface BundleKeys {
    /**
     * What signs.
     *
     * @throws KeyUnusable if nothing can be signed by it
     */
    BundleKey signer();

    /**
     * The public half, which the other side is to trust.
     *
     * @throws KeyUnusable if nothing can be signed by it
     */
    PublicKey publicKey();
}
