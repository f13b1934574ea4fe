package dev.lading.http;

import dev.lading.access.AccessPolicy;
import dev.lading.access.Authenticator;
import dev.lading.access.Guesses;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Secrets;
import dev.lading.access.Tokens;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Who may call, once, over what a deployment provides: its secrets and settings. */
final class HttpServices {
    @Produces
    @Singleton
    AccessPolicy policy(RegistrySettings settings, Secrets secrets) {
        return new AccessPolicy(settings, secrets);
    }

    @Produces
    @Singleton
    Tokens tokens(Secrets secrets, InstantSource clock) {
        return new Tokens(secrets, clock);
    }

    @Produces
    @Singleton
    Authenticator authenticator(AccessPolicy policy, Tokens tokens, InstantSource clock) {
        return new Authenticator(policy, tokens, new Guesses(clock));
    }

    @Produces
    @Singleton
    RegistryUrls urls(RegistrySettings settings) {
        return new RegistryUrls(settings);
    }
}
