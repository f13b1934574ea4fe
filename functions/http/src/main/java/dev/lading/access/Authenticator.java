package dev.lading.access;

import dev.lading.account.Account;
import dev.lading.account.AccountService;
import dev.lading.account.Robot;
import dev.lading.account.RobotName;
import dev.lading.account.RobotService;
import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.build.BuildPass;
import dev.lading.build.BuildPasses;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.TooManyGuesses;
import dev.lading.password.RobotSecret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Identifies callers by their {@code Authorization} header: Bearer tokens of ours, or Basic, which clients send
 * unasked.
 */
public final class Authenticator {
    /** Length limit of the header; a request's head holds no more, and the longest sensible password is far below. */
    private static final int MAX_CHARACTERS = 20 * 1024;

    private static final String BEARER = "bearer ";
    private static final String WRONG = "wrong user name or password";

    private final Secrets secrets;
    private final Tokens tokens;
    private final RevokedTokens revoked;
    private final UserService users;
    private final RobotService robots;
    private final AccountService accounts;
    private final Guesses guesses;
    private final BuildPasses builds;

    public Authenticator(
            Secrets secrets,
            Tokens tokens,
            MetadataStore store,
            UserService users,
            RobotService robots,
            AccountService accounts,
            BuildPasses builds,
            InstantSource clock) {
        this(secrets, tokens, new RevokedTokens(store, clock), users, robots, accounts, builds, new Guesses(clock));
    }

    Authenticator(
            Secrets secrets,
            Tokens tokens,
            RevokedTokens revoked,
            UserService users,
            RobotService robots,
            AccountService accounts,
            BuildPasses builds,
            Guesses guesses) {
        this.secrets = secrets;
        this.tokens = tokens;
        this.revoked = revoked;
        this.users = users;
        this.robots = robots;
        this.accounts = accounts;
        this.builds = builds;
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
     * The caller of a request by a token of ours, if it has one. Other credentials may be another registry's. Passwords
     * are not compared: uncounted, the answer would tell right ones from wrong.
     */
    public Caller byToken(HttpServerRequest request) {
        List<String> authorizations = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        boolean isToken = authorizations.size() == 1
                && authorizations.getFirst().regionMatches(true, 0, BEARER, 0, BEARER.length());
        try {
            return isToken ? caller(request) : new Caller.Anonymous();
        } catch (CredentialsRefused e) {
            return new Caller.Anonymous();
        }
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
            case "bearer" -> token(credentials);
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
        if (user.equals(RegistrySettings.ADMIN)) {
            boolean right = secrets.isPassword(password);
            guesses.note(source, Optional.of(user), right);
            require(right);
            return new Caller.Administrator();
        }
        if (user.equals(BuildPass.USER)) {
            return building(password, source);
        }
        Optional<RobotName> robot = RobotName.parse(user);
        return signedIn(robot.isPresent() ? robot(robot.get(), password, source) : user(user, password, source));
    }

    /** A build, whose passes nobody guesses, but tries are told. */
    private Caller building(String password, Source source) {
        Optional<BuildPass> pass = builds.find(password);
        guesses.note(source, Optional.empty(), pass.isPresent());
        require(pass.isPresent());
        Caller maker = pass.get().maker().isEmpty()
                ? new Caller.Administrator()
                : accounts.find(pass.get().maker().get()).map(this::signedIn).orElseThrow(Authenticator::refused);
        return new Caller.Building(maker, pass.get());
    }

    private static CredentialsRefused refused() {
        return new CredentialsRefused(WRONG);
    }

    /** Finds the rest of whom the caller is. */
    private Caller signedIn(Account account) {
        return accounts.usable(account).map(Caller.SignedIn::new).orElseThrow(Authenticator::refused);
    }

    /** Compares a robot's secret, which costs next to nothing, and guesses of which are no use, but told. */
    private Robot robot(RobotName name, String password, Source source) {
        require(RobotSecret.isWellFormed(password));
        Optional<Robot> found = robots.findNamed(name);
        Optional<String> account = found.map(Robot::title);
        Optional<RobotSecret> secret = found.flatMap(robot -> robots.secret(robot, password));
        guesses.note(source, account, secret.isPresent());
        require(secret.isPresent());
        robots.used(found.orElseThrow(), secret.orElseThrow());
        return found.get();
    }

    private User user(String name, String password, Source source) {
        Optional<User> found = Username.parse(name).flatMap(users::findNamed);
        Optional<String> account = found.map(each -> each.name().value());
        boolean isKnown = guesses.admit(source, account);
        // Takes as long for a name that is nobody's, so that the time tells none.
        boolean right = users.isPassword(found, password, isKnown);
        guesses.note(source, account, right);
        require(right);
        return found.orElseThrow();
    }

    private static void require(boolean right) {
        if (!right) {
            throw refused();
        }
    }

    /**
     * The caller with a refresh token, as their account is now.
     *
     * @throws CredentialsRefused if it is not ours, expired or revoked
     */
    public Caller refreshed(String token) {
        return holder(tokens.checkRefresh(token))
                .orElseThrow(() -> new CredentialsRefused("the refresh token was revoked; log in again"));
    }

    /** The caller that a subject stands for, as their account is now; empty: rights were taken from them since. */
    Optional<Caller> holder(String subject) {
        return caller(subject, TokenHolder::isCurrent);
    }

    /** The caller that a subject stands for, whatever was taken from them since: for who asks for rights each time. */
    Optional<Caller> named(String subject) {
        return caller(subject, (_, _) -> true);
    }

    private Optional<Caller> caller(String subject, BiPredicate<TokenHolder, Account> counts) {
        if (subject.equals(RegistrySettings.ADMIN)) {
            return Optional.of(new Caller.Administrator());
        }
        return TokenHolder.parse(subject, "")
                .flatMap(holding -> accounts.find(holding.account()).filter(found -> counts.test(holding, found)))
                .flatMap(accounts::usable)
                .map(Caller.SignedIn::new);
    }

    private Caller token(String token) {
        Caller.Bearer bearer = tokens.check(token);
        bearer.tokenHolder().ifPresent(holder -> revoked.require(holder, bearer.issued()));
        return bearer;
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
