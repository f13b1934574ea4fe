package dev.lading.access;

import dev.lading.blob.BlobKey;
import dev.lading.build.BuildPass;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.random.Randomness;
import dev.lading.signing.KeySchedule;
import dev.lading.signing.SigningKey;
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
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jose4j.jwx.HeaderParameterNames;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Signs and verifies tokens. Source: docker's token authentication specification, "JWT"; RFC 7519. */
public final class Tokens {
    public static final String SERVICE = "lading";
    public static final Duration ACCESS_LIFE = Duration.ofMinutes(5);
    static final Duration SESSION_LIFE = Duration.ofHours(8);
    static final Duration REFRESH_LIFE = KeySchedule.TOKEN_LIFE;

    private static final String ACCESS = "access";

    /** Claim of a scope that grants only what everybody may do, so that the token is not needed for it. */
    private static final String PUBLIC = "public";

    /** Claim of others whose rights count, with their epochs. */
    private static final String OTHERS = "with";

    /** Claim that has the build whose token it is. */
    private static final String BUILD = "build";

    /**
     * Separator of an upload and its offset. One claim, and a standard one: the library looks up any other by an
     * exception, at 1% of a push.
     */
    private static final char AT = '@';

    /** Claim that has the offset in locations of earlier builds, which uploads under way at an upgrade go on with. */
    private static final String OFFSET = "offset";

    private static final String REFRESH_AUDIENCE = SERVICE + "-refresh";
    private static final String SESSION_AUDIENCE = SERVICE + "-console";
    private static final String UPLOAD_AUDIENCE = SERVICE + "-upload";
    private static final String WAIT_AUDIENCE = SERVICE + "-wait";

    /** Longer than a client waits that is sent back as often as it may be. */
    private static final Duration WAIT_LIFE = Duration.ofMinutes(10);

    /**
     * Length limit of tokens that are read. Those issued are under 4,000 characters; an earlier build's, which live for
     * five minutes more, fill a request's head at most.
     */
    private static final int MAX_CHARACTERS = 20 * 1024;

    private final Secrets secrets;
    private final InstantSource clock;
    private volatile @Nullable Checker checker;

    /** State that depends on the keys: with others, no earlier check counts. */
    private static final class Checker {
        private final TokenKeys keys;
        private final Map<String, JWTParser> access;
        private final Map<String, JWTParser> refresh;
        private final Map<String, JWTParser> session;
        private final JWTParser upload;
        private final JWTParser wait;
        private final CheckedTokens checked = new CheckedTokens(ACCESS_LIFE);

        Checker(TokenKeys keys) {
            this.keys = keys;
            this.access = parsers(keys.access(), SERVICE);
            this.refresh = parsers(keys.access(), REFRESH_AUDIENCE);
            this.session = parsers(keys.access(), SESSION_AUDIENCE);
            this.upload = stateParser(keys, UPLOAD_AUDIENCE);
            this.wait = stateParser(keys, WAIT_AUDIENCE);
        }

        private static JWTParser stateParser(TokenKeys keys, String audience) {
            JWTAuthContextInfo info = new JWTAuthContextInfo(keys.upload(), SERVICE);
            info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.HS256));
            return parser(restrict(info, audience));
        }

        private static Map<String, JWTParser> parsers(Map<String, KeyPair> keys, String audience) {
            return keys.entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(
                            Map.Entry::getKey,
                            key -> accessParser(key.getValue().getPublic(), audience)));
        }

        private static JWTParser accessParser(PublicKey key, String audience) {
            JWTAuthContextInfo info = new JWTAuthContextInfo(key, SERVICE);
            info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.ES256));
            return parser(restrict(info, audience));
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

    /** A token that grants {@code scopes} to a caller. */
    public String access(Caller caller, Collection<Scope> scopes) {
        Optional<String> build = caller instanceof Caller.Building(Caller maker, BuildPass pass)
                ? Optional.of(pass.build())
                : Optional.empty();
        return access(caller.subject(), caller.others(), scopes, build);
    }

    /** A token that grants {@code scopes} to {@code subject}. */
    public String access(String subject, Collection<Scope> scopes) {
        return access(subject, "", scopes, Optional.empty());
    }

    private String access(String subject, String others, Collection<Scope> scopes, Optional<String> build) {
        List<Map<String, Object>> access = scopes.stream().map(Tokens::claim).toList();
        JwtClaimsBuilder claims = claims(SERVICE, subject, ACCESS_LIFE)
                .upn(subject)
                .claim("jti", Randomness.uuid().toString())
                .claim(ACCESS, access);
        if (!others.isEmpty()) {
            claims.claim(OTHERS, others);
        }
        build.ifPresent(id -> claims.claim(BUILD, id));
        return sign(claims);
    }

    private String sign(JwtClaimsBuilder claims) {
        TokenKeys.Signer signer = secrets.accessKey();
        return claims.jws()
                .keyId(signer.name())
                .algorithm(SignatureAlgorithm.ES256)
                .sign(signer.key());
    }

    private static Map<String, Object> claim(Scope scope) {
        List<String> actions = List.copyOf(scope.actions());
        return scope.open()
                ? Map.of("type", scope.type(), "name", scope.name(), "actions", actions, PUBLIC, true)
                : Map.of("type", scope.type(), "name", scope.name(), "actions", actions);
    }

    /**
     * A refresh token, for clients to store instead of the password. It outlives a rotation of keys, and becomes invalid
     * when its key is deleted from the store.
     */
    public String refresh(String subject) {
        return sign(claims(REFRESH_AUDIENCE, subject, REFRESH_LIFE).upn(subject));
    }

    /**
     * A login of the console.
     *
     * @param mark of what the login depends on, which ends it by changing
     */
    String session(String subject, String mark) {
        return sign(claims(SESSION_AUDIENCE, subject, SESSION_LIFE).upn(mark));
    }

    /**
     * A login of the console, if that is what a token is.
     *
     * @throws CredentialsRefused if it is not ours, or expired
     */
    Session checkSession(String token) {
        requireReadable(token);
        Checker checker = checker();
        JsonWebToken parsed = parse(checker, checker.session, token);
        return new Session(parsed.getSubject(), parsed.getName());
    }

    /** @param mark as it was when somebody logged in */
    record Session(String subject, String mark) {}

    /**
     * The state of an upload location: it names the upload and allows writing to it.
     *
     * @param offset in bytes, of what is sent to the location
     */
    public String upload(RepositoryName name, BlobKey upload, long offset, Duration life) {
        return state(claims(UPLOAD_AUDIENCE, name.value(), life).upn(upload.value() + AT + offset));
    }

    /** How often a client that waits for a blob was sent back to wait on. */
    public String waited(RepositoryName name, Digest blob, int times) {
        return state(claims(WAIT_AUDIENCE, name.value(), WAIT_LIFE).upn(blob.toString() + AT + times));
    }

    private String state(JwtClaimsBuilder claims) {
        return claims.jws().algorithm(SignatureAlgorithm.HS256).sign(secrets.uploadKey());
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

    /** @throws CredentialsRefused if it is not ours, not an access token, or expired */
    public Caller.Bearer check(String token) {
        requireReadable(token);
        Checker checker = checker();
        return checker.checked.get(token, clock.instant(), () -> {
            JsonWebToken parsed = parse(checker, checker.access, token);
            return new CheckedTokens.Checked(bearer(parsed), Instant.ofEpochSecond(parsed.getExpirationTime()));
        });
    }

    /** The subject of a refresh token. */
    public String checkRefresh(String token) {
        requireReadable(token);
        Checker checker = checker();
        return parse(checker, checker.refresh, token).getSubject();
    }

    private static void requireReadable(String token) {
        if (token.length() > MAX_CHARACTERS) {
            throw new CredentialsRefused("the token is larger than any of this registry");
        }
    }

    /**
     * The offset of the location that carries a state; empty: it was issued before locations had one.
     *
     * @throws UploadUnknown if it is not the state of this upload, or expired
     */
    public OptionalLong checkUpload(String token, RepositoryName name, BlobKey upload) {
        if (token.length() > MAX_CHARACTERS) {
            throw new UploadUnknown();
        }
        try {
            JsonWebToken state = checker().upload.parse(token);
            String place = state.getName();
            int at = place.indexOf(AT);
            String key = at < 0 ? place : place.substring(0, at);
            if (state.getSubject().equals(name.value()) && key.equals(upload.value())) {
                Object offset = at < 0 ? state.getClaim(OFFSET) : place.substring(at + 1);
                return offset == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(offset.toString()));
            }
        } catch (ParseException e) {
            throw new UploadUnknown();
        }
        throw new UploadUnknown();
    }

    /** How often it was; 0 of what is not ours, or of another blob. */
    public int checkWaited(String token, RepositoryName name, Digest blob) {
        if (token.length() > MAX_CHARACTERS) {
            return 0;
        }
        try {
            JsonWebToken state = checker().wait.parse(token);
            String place = state.getName();
            int at = place.indexOf(AT);
            boolean same = state.getSubject().equals(name.value())
                    && place.substring(0, at).equals(blob.toString());
            return same ? Integer.parseInt(place.substring(at + 1)) : 0;
        } catch (ParseException e) {
            return 0;
        }
    }

    /** @param parsers by the name of the key */
    private JsonWebToken parse(Checker checker, Map<String, JWTParser> parsers, String token) {
        if (parsers.isEmpty()) {
            throw Secrets.uploadsOnly();
        }
        String name = keyName(token);
        JWTParser parser = parsers.get(name);
        if (parser == null || !checker.keys.schedule().checks(name, clock.instant())) {
            throw refused();
        }
        try {
            return parser.parse(token);
        } catch (ParseException e) {
            throw refused();
        }
    }

    /**
     * The name of the key by which a token says that it is signed, as {@code kid}; of earlier builds', which say none,
     * the first. It is whatever the client sent: no store may be asked for it.
     */
    private static String keyName(String token) {
        try {
            Object name = JsonWebStructure.fromCompactSerialization(token)
                    .getHeaders()
                    .getObjectHeaderValue(HeaderParameterNames.KEY_ID);
            return name == null ? SigningKey.FIRST : name.toString();
        } catch (JoseException e) {
            throw refused();
        }
    }

    private static CredentialsRefused refused() {
        return new CredentialsRefused("the token is expired or not of this registry");
    }

    /**
     * The caller that a token stands for. Anonymous ones share one object, since their scopes grant no more than
     * everybody has.
     */
    private static Caller.Bearer bearer(JsonWebToken token) {
        String subject = token.getSubject();
        if (subject.equals(Caller.NOBODY)) {
            return Caller.Bearer.NOBODYS;
        }
        return new Caller.Bearer(
                subject,
                holder(subject, token),
                Instant.ofEpochSecond(token.getIssuedAtTime()),
                scopes(token),
                Optional.ofNullable(token.getClaim(BUILD)).map(Object::toString));
    }

    /** The account that a token is of; empty: the administrator's. */
    private static Optional<TokenHolder> holder(String subject, JsonWebToken token) {
        if (subject.equals(RegistrySettings.ADMIN)) {
            return Optional.empty();
        }
        Object others = token.getClaim(OTHERS);
        return Optional.of(TokenHolder.parse(subject, others == null ? "" : others.toString())
                .orElseThrow(() -> new CredentialsRefused("the token is of another version of this registry")));
    }

    private static List<Scope> scopes(JsonWebToken token) {
        Collection<JsonValue> access = token.getClaim(ACCESS);
        return access == null
                ? List.of()
                : access.stream()
                        .map(JsonValue::asJsonObject)
                        .filter(claim -> !claim.getBoolean(PUBLIC, false))
                        .map(Tokens::scope)
                        .filter(Scope::grantsAnything)
                        .map(Scope::known)
                        .toList();
    }

    private static Scope scope(JsonObject claim) {
        Set<String> actions = new LinkedHashSet<>();
        claim.getJsonArray("actions").getValuesAs(JsonString.class).forEach(action -> actions.add(action.getString()));
        return new Scope(claim.getString("type"), claim.getString("name"), actions);
    }
}
