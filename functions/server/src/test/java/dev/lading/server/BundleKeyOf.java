package dev.lading.server;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The key by which the other side knows this server's bundles. */
final class BundleKeyOf {
    private BundleKeyOf() {}

    static PublicKey server() {
        String pem = new PulpClient()
                .get(PulpClient.API + "bundle_key/")
                .path("public_key")
                .asText();
        String base64 = pem.replaceAll("-----[A-Z ]+-----|\n", "");
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(pem, e);
        }
    }
}
