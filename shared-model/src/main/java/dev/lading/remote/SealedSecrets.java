package dev.lading.remote;

import java.util.Optional;

/** Which {@link RemoteSecrets} a remote has, each sealed by itself, so that one is changed without opening another. */
public record SealedSecrets(
        Optional<SealedSecret> username,
        Optional<SealedSecret> password,
        Optional<SealedSecret> proxyUsername,
        Optional<SealedSecret> proxyPassword,
        Optional<SealedSecret> clientKey) {
    public static final SealedSecrets NONE =
            new SealedSecrets(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
