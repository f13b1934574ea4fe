package dev.lading.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.lading.blob.BlobKey;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.random.Randomness;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Signs and checks tokens. Source: docker's token authentication specification, "JWT"; RFC 7519. */
public final class Tokens {
    public static final String SERVICE = "lading";
    static final Duration ACCESS_LIFE = Duration.ofMinutes(5);
    static final Duration REFRESH_LIFE = Duration.ofDays(30);

    private static final String ACCESS = "access";
    private static final String REFRESH_AUDIENCE = SERVICE + "-refresh";
    private static final String UPLOAD_AUDIENCE = SERVICE + "-upload";
    private static final int REMEMBERED = 10_000;

    private final Secrets secrets;
    private final InstantSource clock;
    private volatile @Nullable Checker checker;

    private record Checked(Caller.Bearer bearer, Instant expires) {}

    /** What depends on the keys: with others, nothing that was checked before counts. */
    private static final class Checker {
        private final TokenKeys keys;
        private final JWTParser access;
        private final JWTParser refresh;
        private final JWTParser upload;

        /** A token is checked once: the signature costs more than all the rest of a manifest's look-up. */
        private final Cache<String, Checked> checked = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(ACCESS_LIFE)
                .build();

        Checker(TokenKeys keys) {
            this.keys = keys;
            this.access = parser(accessInfo(SERVICE));
            this.refresh = parser(accessInfo(REFRESH_AUDIENCE));
            JWTAuthContextInfo uploads = new JWTAuthContextInfo(keys.upload(), SERVICE);
            uploads.setSignatureAlgorithm(Set.of(SignatureAlgorithm.HS256));
            this.upload = parser(restrict(uploads, UPLOAD_AUDIENCE));
        }

        private JWTAuthContextInfo accessInfo(String audience) {
            JWTAuthContextInfo info = new JWTAuthContextInfo(keys.access().getPublic(), SERVICE);
            info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.ES256));
            return restrict(info, audience);
        }

        private static JWTAuthContextInfo restrict(JWTAuthContextInfo info, String audience) {
            info.setExpectedAudience(Set.of(audience));
            info.setRequireNamedPrincipal(true);
            return info;
        }

        private static JWTParser parser(JWTAuthContextInfo info) {
            return new DefaultJWTParser(info);
        }
    }

    public Tokens(Secrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    private Checker checker() {
        TokenKeys keys = secrets.keys();
        Checker known = checker;
        if (known != null && known.keys.equals(keys)) {
            return known;
        }
        Checker fresh = new Checker(keys);
        checker = fresh;
        return fresh;
    }

    /** A token that grants {@code scopes} to {@code subject}. */
    public String access(String subject, Collection<Scope> scopes) {
        List<Map<String, Object>> access = scopes.stream()
                .map(scope -> Map.<String, Object>of(
                        "type", scope.type(), "name", scope.name(), "actions", List.copyOf(scope.actions())))
                .toList();
        return claims(SERVICE, subject, ACCESS_LIFE)
                .upn(subject)
                .claim("jti", Randomness.uuid().toString())
                .claim(ACCESS, access)
                .jws()
                .algorithm(SignatureAlgorithm.ES256)
                .sign(secrets.keys().access().getPrivate());
    }

    /** What a client may keep instead of the password. It dies with the signing key. */
    String refresh(String subject) {
        return claims(REFRESH_AUDIENCE, subject, REFRESH_LIFE)
                .upn(subject)
                .jws()
                .algorithm(SignatureAlgorithm.ES256)
                .sign(secrets.keys().access().getPrivate());
    }

    /** The state an upload location carries: it names the upload and allows writing to it. */
    public String upload(RepositoryName name, BlobKey upload, Duration life) {
        return claims(UPLOAD_AUDIENCE, name.value(), life)
                .upn(upload.value())
                .jws()
                .algorithm(SignatureAlgorithm.HS256)
                .sign(secrets.keys().upload());
    }

    private JwtClaimsBuilder claims(String audience, String subject, Duration life) {
        Instant now = clock.instant();
        return Jwt.claims()
                .issuer(SERVICE)
                .audience(audience)
                .subject(subject)
                .issuedAt(now)
                .expiresAt(now.plus(life));
    }

    /** @throws Unauthorized if it is not ours, not for this, or expired */
    public Caller.Bearer check(String token) {
        Instant now = clock.instant();
        Checker checker = checker();
        Checked known = checker.checked.getIfPresent(token);
        if (known != null && known.expires().isAfter(now)) {
            return known.bearer();
        }
        JsonWebToken parsed = parse(checker.access, token);
        Checked fresh = new Checked(
                new Caller.Bearer(parsed.getSubject(), scopes(parsed)),
                Instant.ofEpochSecond(parsed.getExpirationTime()));
        checker.checked.put(token, fresh);
        return fresh.bearer();
    }

    /** The subject of a refresh token. */
    String checkRefresh(String token) {
        return parse(checker().refresh, token).getSubject();
    }

    /** @throws UploadUnknown if it is not the state of this upload, or expired */
    public void checkUpload(String token, RepositoryName name, BlobKey upload) {
        try {
            JsonWebToken state = checker().upload.parse(token);
            if (state.getSubject().equals(name.value()) && state.getName().equals(upload.value())) {
                return;
            }
        } catch (ParseException e) {
            throw new UploadUnknown();
        }
        throw new UploadUnknown();
    }

    private static JsonWebToken parse(JWTParser parser, String token) {
        try {
            return parser.parse(token);
        } catch (ParseException e) {
            throw new Unauthorized("the token is expired or not of this registry; ask for a new one");
        }
    }

    private static List<Scope> scopes(JsonWebToken token) {
        Collection<JsonValue> access = token.getClaim(ACCESS);
        return access == null
                ? List.of()
                : access.stream()
                        .map(JsonValue::asJsonObject)
                        .map(Tokens::scope)
                        .toList();
    }

    private static Scope scope(JsonObject claim) {
        Set<String> actions = new LinkedHashSet<>();
        claim.getJsonArray("actions").getValuesAs(JsonString.class).forEach(action -> actions.add(action.getString()));
        return new Scope(claim.getString("type"), claim.getString("name"), actions);
    }
}
