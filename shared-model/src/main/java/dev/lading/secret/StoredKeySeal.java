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
        return key().seal(secret, owner);
    }

    @Override
    public String open(String sealed, String owner) {
        return key().open(sealed, owner);
    }

    private SealKey key() {
        if (key.isEmpty()) {
            key = Optional.of(new SealKey(Base64.getDecoder().decode(read().orElseGet(this::make))));
        }
        return key.get();
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
