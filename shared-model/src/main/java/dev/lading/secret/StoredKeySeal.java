package dev.lading.secret;

import dev.lading.random.Randomness;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Seals under one key, which is created on first use and stored with the registry's other secrets. */
public final class StoredKeySeal implements Seal {
    static final String NAME = "seal-key";

    private final SecretStore secrets;
    private volatile Optional<SealKey> key = Optional.empty();

    public StoredKeySeal(SecretStore secrets) {
        this.secrets = secrets;
    }

    @Override
    public String seal(String secret, String owner) {
        return find().orElseGet(() -> remember(make())).seal(secret, owner);
    }

    /** Makes no key: nothing was sealed under one that is missing, and who only opens needs no right to make it. */
    @Override
    public String open(String sealed, String owner) {
        return find().orElseThrow(() -> new SealBroken(owner)).open(sealed, owner);
    }

    private Optional<SealKey> find() {
        return key.or(() -> read().map(this::remember));
    }

    private SealKey remember(String stored) {
        var found = new SealKey(Base64.getDecoder().decode(stored));
        key = Optional.of(found);
        return found;
    }

    private Optional<String> read() {
        Map<String, String> kept = secrets.get(List.of(NAME));
        return Optional.ofNullable(kept.get(NAME));
    }

    private String make() {
        String made = Base64.getEncoder().encodeToString(Randomness.bytes(SealKey.BYTES));
        return secrets.putIfAbsent(NAME, made) ? made : read().orElseThrow();
    }
}
