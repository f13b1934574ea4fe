package dev.lading.access;

import dev.lading.account.Identity;
import dev.lading.account.User;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.TooManyGuesses;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Logins of the console: a signed cookie that names an account, and nothing on a server. Each request asks how that
 * account is now, so that what was taken from it counts at once.
 */
public final class Sessions {
    /**
     * Browsers take a cookie of such a name over TLS or from this machine alone, for this host and all its paths, so
     * that no other host can set it. Source: RFC 6265bis, section 4.1.3.2.
     */
    public static final String COOKIE = "__Host-lading";

    private static final String NAMED = COOKIE + "=";

    public static final Duration LIFE = Tokens.SESSION_LIFE;

    private final Tokens tokens;
    private final Authenticator authenticator;
    private final Secrets secrets;

    public Sessions(Tokens tokens, Authenticator authenticator, Secrets secrets) {
        this.tokens = tokens;
        this.authenticator = authenticator;
        this.secrets = secrets;
    }

    /**
     * The cookie's value of a new login.
     *
     * @throws CredentialsRefused if name and password are not those of a user or the administrator
     * @throws TooManyGuesses if too many wrong ones came from the same source
     */
    public String begin(String name, String password, Source source) {
        Caller caller = authenticator.password(name, password, source);
        if (!isPerson(caller)) {
            throw new CredentialsRefused("log in with the name and password of a user");
        }
        return tokens.session(caller.subject(), mark(caller).orElseThrow());
    }

    /** Robots have tokens, and builds passes; neither looks at pages. */
    private static boolean isPerson(Caller caller) {
        return caller instanceof Caller.Administrator
                || (caller instanceof Caller.SignedIn(Identity identity) && identity.account() instanceof User);
    }

    /**
     * What a login ends with: the password; empty: there is none to log in with. A right that is taken ends none, for
     * who deletes what is theirs would be logged out.
     */
    private Optional<String> mark(Caller caller) {
        if (caller instanceof Caller.SignedIn(Identity identity) && identity.account() instanceof User user) {
            return user.password().map(secrets::mark);
        }
        return caller instanceof Caller.Administrator ? Optional.of(secrets.passwordMark()) : Optional.empty();
    }

    /** Whose login a request's cookie is; anonymous without one that counts. */
    public Caller caller(HttpServerRequest request) {
        return cookie(request).flatMap(this::caller).orElseGet(Caller.Anonymous::new);
    }

    private Optional<Caller> caller(String cookie) {
        try {
            Tokens.Session session = tokens.checkSession(cookie);
            return authenticator
                    .named(session.subject())
                    .filter(caller -> mark(caller).equals(Optional.of(session.mark())));
        } catch (CredentialsRefused e) {
            return Optional.empty();
        }
    }

    /** Several of the name are none: which of them the browser's owner knows of cannot be told. */
    private static Optional<String> cookie(HttpServerRequest request) {
        List<String> found = request.headers().getAll(HttpHeaders.COOKIE).stream()
                .flatMap(header -> Arrays.stream(header.split(";")))
                .map(String::strip)
                .filter(pair -> pair.startsWith(NAMED))
                .map(pair -> pair.substring(NAMED.length()))
                .toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /**
     * What each change that a page asks for is sent with; empty without a login. It is derived from the cookie, which no
     * other site reads, so that nobody else can name it.
     */
    public static String formToken(HttpServerRequest request) {
        return cookie(request).map(Sessions::digest).orElse("");
    }

    /** Whether a change came from a page that this login was shown. */
    public static boolean isFormToken(HttpServerRequest request, String given) {
        String expected = formToken(request);
        return !expected.isEmpty()
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(String cookie) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(("form " + cookie).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
