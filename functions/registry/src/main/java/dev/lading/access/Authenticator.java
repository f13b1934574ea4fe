package dev.lading.access;

import dev.lading.oci.RegistryException.Unauthorized;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells callers by their {@code Authorization} header: Bearer tokens of ours, or Basic, which clients send unasked. */
public final class Authenticator {
    private final AccessPolicy policy;
    private final Tokens tokens;

    public Authenticator(AccessPolicy policy, Tokens tokens) {
        this.policy = policy;
        this.tokens = tokens;
    }

    /** @throws Unauthorized if there are credentials and they are wrong */
    public Caller caller(@Nullable String authorization) {
        if (authorization == null || authorization.isBlank()) {
            return new Caller.Anonymous();
        }
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? authorization : authorization.substring(0, space);
        String credentials = space < 0 ? "" : authorization.substring(space + 1).strip();
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "bearer" -> tokens.check(credentials);
            case "basic" -> basic(credentials);
            default -> throw new Unauthorized("send a Bearer token, or Basic with user and password");
        };
    }

    /** A caller by name and password. Both empty, as some clients send for nobody, is anonymous. */
    Caller password(String user, String password) {
        if (user.isEmpty() && password.isEmpty()) {
            return new Caller.Anonymous();
        }
        if (!policy.isAdministrator(user, password)) {
            throw new Unauthorized("wrong user name or password");
        }
        return new Caller.Administrator();
    }

    private Caller basic(String credentials) {
        try {
            String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? password(pair, "") : password(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            throw new Unauthorized("the Basic credentials are not base64");
        }
    }
}
