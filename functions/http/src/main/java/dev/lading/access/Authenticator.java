package dev.lading.access;

import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.TooManyGuesses;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Identifies callers by their {@code Authorization} header: Bearer tokens of ours, or Basic, which clients send
 * unasked.
 */
public final class Authenticator {
    /** Length limit of the header; a request's head holds no more, and the longest sensible password is far below. */
    private static final int MAX_CHARACTERS = 20 * 1024;

    private final Secrets secrets;
    private final Tokens tokens;
    private final Guesses guesses;

    public Authenticator(Secrets secrets, Tokens tokens, Guesses guesses) {
        this.secrets = secrets;
        this.tokens = tokens;
        this.guesses = guesses;
    }

    /**
     * The caller of a request. Several headers are read as one with commas, which no credentials have: two readers may
     * see different ones. Source: RFC 9110, section 5.3.
     *
     * @throws CredentialsRefused if there are credentials and they are wrong
     * @throws TooManyGuesses if there is a password and too many wrong ones came from the same source
     */
    public Caller caller(HttpServerRequest request) {
        String authorization = String.join(",", request.headers().getAll(HttpHeaders.AUTHORIZATION));
        return caller(authorization, () -> Source.of(request));
    }

    /**
     * The caller with these credentials.
     *
     * @param source called when a password is checked: most requests come with a token, and finding it takes a while
     * @throws CredentialsRefused if there are credentials and they are wrong
     * @throws TooManyGuesses if there is a password and too many wrong ones came from the same source. Tokens do not
     *     count: nobody guesses a signature, and every client sends one that has expired now and then
     */
    Caller caller(@Nullable String authorization, Supplier<Source> source) {
        if (authorization == null || authorization.isBlank()) {
            return new Caller.Anonymous();
        }
        requireReadable(authorization);
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? authorization : authorization.substring(0, space);
        String credentials = space < 0 ? "" : authorization.substring(space + 1).strip();
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "bearer" -> tokens.check(credentials);
            case "basic" -> basic(credentials, source.get());
            default -> throw new CredentialsRefused("send a Bearer token, or Basic with user and password");
        };
    }

    /**
     * Rejects other characters than visible ASCII, which both schemes are limited to. Sources: RFC 6750, section 2.1;
     * RFC 7617, section 2.
     */
    private static void requireReadable(String authorization) {
        boolean readable = authorization.length() <= MAX_CHARACTERS;
        for (int i = 0; readable && i < authorization.length(); i++) {
            readable = authorization.charAt(i) >= ' ' && authorization.charAt(i) <= '~';
        }
        if (!readable) {
            throw new CredentialsRefused("the Authorization header is too long or has characters that none may have");
        }
    }

    /** The caller with a name and password. Both empty, as some clients send without credentials, is anonymous. */
    public Caller password(String user, String password, Source source) {
        if (user.isEmpty() && password.isEmpty()) {
            return new Caller.Anonymous();
        }
        // Checked for any name, so that the time it takes tells no name from another.
        boolean rightPassword = secrets.isPassword(password);
        boolean right = user.equals(RegistrySettings.ADMIN) && rightPassword;
        guesses.note(source, user, right);
        if (!right) {
            throw new CredentialsRefused("wrong user name or password");
        }
        return new Caller.Administrator();
    }

    private Caller basic(String credentials, Source source) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new CredentialsRefused("the Basic credentials are not base64");
        }
        int colon = pair.indexOf(':');
        return colon < 0
                ? password(pair, "", source)
                : password(pair.substring(0, colon), pair.substring(colon + 1), source);
    }
}
