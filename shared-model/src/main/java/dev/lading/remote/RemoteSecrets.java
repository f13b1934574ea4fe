package dev.lading.remote;

import java.util.Optional;

/** What a remote logs in with. Here alone, so that it can be kept apart; never shown, and no part of any message. */
public record RemoteSecrets(
        Optional<String> username,
        Optional<String> password,
        Optional<String> proxyUsername,
        Optional<String> proxyPassword,
        Optional<String> clientKey) {
    @Override
    public String toString() {
        return "RemoteSecrets";
    }
}
