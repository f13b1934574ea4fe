package dev.lading.remote;

import java.util.Optional;

/** What a remote logs in with, readable: for the one who logs in, never stored, shown, or part of any message. */
public record RemoteSecrets(
        Optional<String> username,
        Optional<String> password,
        Optional<String> proxyUsername,
        Optional<String> proxyPassword,
        Optional<String> clientKey) {
    // As Pulp's API spells them.
    public static final String USERNAME = "username";
    public static final String PASSWORD = "password";
    public static final String PROXY_USERNAME = "proxy_username";
    public static final String PROXY_PASSWORD = "proxy_password";
    public static final String CLIENT_KEY = "client_key";

    @Override
    public String toString() {
        return "RemoteSecrets";
    }
}
