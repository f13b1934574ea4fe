package dev.lading.remote;

import java.util.Optional;

/** A remote's {@link RemoteSecrets}, each sealed separately, so that one is changed without opening another. */
public record SealedSecrets(
        Optional<SealedSecret> username,
        Optional<SealedSecret> password,
        Optional<SealedSecret> proxyUsername,
        Optional<SealedSecret> proxyPassword,
        Optional<SealedSecret> clientKey,
        Optional<SealedSecret> headers) {
    public static final SealedSecrets NONE = new SealedSecrets(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public SealedSecrets {
        // Not in records of earlier versions.
        headers = headers == null ? Optional.empty() : headers;
    }

    /** @param field as spelled in Pulp's API */
    Optional<SealedSecret> of(String field) {
        return switch (field) {
            case RemoteSecrets.USERNAME -> username;
            case RemoteSecrets.PASSWORD -> password;
            case RemoteSecrets.PROXY_USERNAME -> proxyUsername;
            case RemoteSecrets.PROXY_PASSWORD -> proxyPassword;
            case RemoteSecrets.CLIENT_KEY -> clientKey;
            case RemoteSecrets.HEADERS -> headers;
            default -> Optional.empty();
        };
    }

    SealedSecrets withHeaders(SealedSecret sealed) {
        return new SealedSecrets(username, password, proxyUsername, proxyPassword, clientKey, Optional.of(sealed));
    }
}
