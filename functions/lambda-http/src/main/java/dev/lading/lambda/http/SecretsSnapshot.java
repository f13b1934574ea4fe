package dev.lading.lambda.http;

import dev.lading.access.RegistrySettings;
import dev.lading.access.Scope;
import dev.lading.access.Secrets;
import dev.lading.access.Tokens;
import dev.lading.lambda.SnapshotPart;
import dev.lading.secret.SecretStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Primes issuing and verifying tokens. The real secrets are not read for it, and any that were read are forgotten. */
@Singleton
final class SecretsSnapshot implements SnapshotPart {
    private final Secrets secrets;
    private final InstantSource clock;

    SecretsSnapshot(Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Uses keys of its own, which are thrown away. */
    @Override
    public void prime() {
        var tokens = new Tokens(Secrets.thrownAway(new Memory(), clock), clock);
        tokens.check(tokens.access(
                RegistrySettings.ADMIN, List.of(new Scope("repository", "lading-priming", Set.of("pull")))));
    }

    @Override
    public void forget() {
        secrets.forget();
    }

    private static final class Memory implements SecretStore {
        private final Map<String, String> kept = new HashMap<>();

        @Override
        public Map<String, String> get(Collection<String> names) {
            return Map.copyOf(kept);
        }

        @Override
        public boolean putIfAbsent(String name, String value) {
            return kept.putIfAbsent(name, value) == null;
        }
    }
}
