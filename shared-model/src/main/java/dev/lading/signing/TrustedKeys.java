package dev.lading.signing;

import dev.lading.bundle.Trust;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The keys by which bundles may be signed, where an import names none. */
public final class TrustedKeys {
    /** Limit on keys. Two that are trusted at the same moment may exceed it. */
    static final int MOST = 100;

    private final MetadataStore store;
    private final InstantSource clock;

    public TrustedKeys(MetadataStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Trusts a key. Idempotent.
     *
     * @throws EntityInUse if there are too many
     */
    public TrustedKey trust(PublicKey key) {
        var trusted = TrustedKey.of(key, clock.instant());
        Optional<TrustedKey> before = find(trusted.name());
        if (before.isPresent()) {
            return before.get();
        }
        if (list().size() >= MOST) {
            throw new EntityInUse(MOST + " keys are trusted already; distrust one first");
        }
        boolean isNew = store.write(Write.put(TrustedKey.TABLE, trusted, Condition.absent()));
        return isNew ? trusted : find(trusted.name()).orElse(trusted);
    }

    private Optional<TrustedKey> find(String name) {
        return store.get(TrustedKey.TABLE, TrustedKey.key(name));
    }

    public List<TrustedKey> list() {
        return store.query(TrustedKey.TABLE, TrustedKey.all(2 * MOST)).records();
    }

    /** @throws EntityUnknown if it is not trusted */
    public void distrust(String name) {
        TrustedKey trusted = find(name).orElseThrow(() -> new EntityUnknown("trusted key", name));
        store.write(Write.delete(TrustedKey.TABLE, trusted));
    }

    /** @param unsigned whether bundles that nobody signed are taken, too */
    public Trust trust(boolean unsigned) {
        return new Trust(list().stream().map(TrustedKey::key).toList(), unsigned);
    }
}
