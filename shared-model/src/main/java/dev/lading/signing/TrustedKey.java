package dev.lading.signing;

import dev.lading.bundle.BundleSignature;
import dev.lading.metadata.Key;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import java.security.PublicKey;
import java.time.Instant;

/**
 * A key by which bundles may be signed that are imported here.
 *
 * @param name SHA-256 of the key in DER, in hex
 * @param pem the key
 */
public record TrustedKey(String name, String pem, Instant since) {
    private static final String PARTITION = "all";
    static final Table<TrustedKey> TABLE = Table.audited("trusted-key", TrustedKey.class, each -> key(each.name()));

    static TrustedKey of(PublicKey key, Instant since) {
        return new TrustedKey(BundleSignature.name(key), PublicKeys.pem(key), since);
    }

    static Key key(String name) {
        return new Key(PARTITION, name);
    }

    static Query all(int limit) {
        return Query.ascending(PARTITION, "0", "~", limit);
    }

    public PublicKey key() {
        return PublicKeys.ofPem(pem);
    }
}
