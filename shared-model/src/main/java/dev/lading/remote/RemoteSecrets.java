package dev.lading.remote;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A remote's credentials in plain text: for logging in only; never stored, shown, or part of a message.
 *
 * @param headers sent with every request to the upstream, in order; many hold a key
 */
public record RemoteSecrets(
        Optional<String> username,
        Optional<String> password,
        Optional<String> proxyUsername,
        Optional<String> proxyPassword,
        Optional<String> clientKey,
        List<Map<String, String>> headers) {
    // Spelled as in Pulp's API.
    public static final String USERNAME = "username";
    public static final String PASSWORD = "password";
    public static final String PROXY_USERNAME = "proxy_username";
    public static final String PROXY_PASSWORD = "proxy_password";
    public static final String CLIENT_KEY = "client_key";
    public static final String HEADERS = "headers";

    public RemoteSecrets {
        headers = List.copyOf(headers);
    }

    /** These credentials for another remote. */
    SealedSecrets sealed(Sealing sealing) {
        return new SealedSecrets(
                username.map(secret -> sealing.seal(USERNAME, secret)),
                password.map(secret -> sealing.seal(PASSWORD, secret)),
                proxyUsername.map(secret -> sealing.seal(PROXY_USERNAME, secret)),
                proxyPassword.map(secret -> sealing.seal(PROXY_PASSWORD, secret)),
                clientKey.map(secret -> sealing.seal(CLIENT_KEY, secret)),
                sealing.headers(headers));
    }

    @Override
    public String toString() {
        return "RemoteSecrets";
    }
}
