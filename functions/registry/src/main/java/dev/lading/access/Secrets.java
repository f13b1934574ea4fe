package dev.lading.access;

import dev.lading.random.Randomness;
import dev.lading.secret.SecretStore;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's password and the keys tokens are signed with. What is missing in the store is made; what is changed
 * or deleted there counts within {@link #REMEMBERED}.
 */
public final class Secrets {
    public static final String PASSWORD = "admin-password";
    private static final String ACCESS_KEY = "token-key";
    private static final String UPLOAD_KEY = "upload-key";
    private static final List<String> ALL = List.of(PASSWORD, ACCESS_KEY, UPLOAD_KEY);

    static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final int PASSWORD_BYTES = 18;
    private static final int UPLOAD_KEY_BYTES = 32;
    private static final Logger LOG = Logger.getLogger(Secrets.class);

    private final SecretStore store;
    private final InstantSource clock;
    private final Optional<String> givenPassword;
    private volatile @Nullable Read current;
    private boolean passwordMade;

    private record Read(Map<String, String> texts, TokenKeys keys, Instant until) {}

    /** The keys of the store cannot be used; the message says what to do. */
    public static final class Damaged extends RuntimeException {
        private Damaged(Throwable cause) {
            super(
                    "the secrets " + ACCESS_KEY + " or " + UPLOAD_KEY
                            + " are damaged; delete both and new ones are made,"
                            + " which ends logins and uploads under way",
                    cause);
        }
    }

    /** @param givenPassword comes before the store's; with it, the store needs none */
    public Secrets(SecretStore store, InstantSource clock, Optional<String> givenPassword) {
        this.store = store;
        this.clock = clock;
        this.givenPassword = givenPassword;
    }

    public String password() {
        return givenPassword.orElseGet(() -> read().texts().get(PASSWORD));
    }

    public TokenKeys keys() {
        return read().keys();
    }

    /** Makes what is missing. The administrator's password, if this process made it: to be shown once. */
    public synchronized Optional<String> newPassword() {
        Map<String, String> texts = read().texts();
        return passwordMade ? Optional.of(texts.get(PASSWORD)) : Optional.empty();
    }

    /** Reads everything anew when it is needed next, and holds nothing until then. */
    public synchronized void forget() {
        current = null;
        passwordMade = false;
    }

    private Read read() {
        Read read = current;
        return read != null && clock.instant().isBefore(read.until()) ? read : readAgain();
    }

    private synchronized Read readAgain() {
        Read old = current;
        Instant now = clock.instant();
        if (old != null && now.isBefore(old.until())) {
            return old;
        }
        try {
            Map<String, String> texts = readTexts();
            TokenKeys keys = old != null && old.texts().equals(texts) ? old.keys() : keys(texts);
            current = new Read(texts, keys, now.plus(REMEMBERED));
        } catch (RuntimeException e) {
            if (old == null) {
                throw e;
            }
            LOG.warnf("cannot read the secrets, going on with those of before: %s", e.getMessage());
            current = new Read(old.texts(), old.keys(), now.plus(RETRY));
        }
        return current;
    }

    private Map<String, String> readTexts() {
        Map<String, String> found = new HashMap<>(store.get(ALL));
        for (String name : ALL) {
            if (!found.containsKey(name) && !(name.equals(PASSWORD) && givenPassword.isPresent())) {
                String made = make(name);
                if (store.putIfAbsent(name, made)) {
                    found.put(name, made);
                    passwordMade |= name.equals(PASSWORD);
                } else {
                    found.putAll(store.get(List.of(name)));
                }
            }
        }
        return Map.copyOf(found);
    }

    private static String make(String name) {
        return switch (name) {
            case PASSWORD -> Base64.getUrlEncoder().withoutPadding().encodeToString(Randomness.bytes(PASSWORD_BYTES));
            case UPLOAD_KEY -> Base64.getEncoder().encodeToString(Randomness.bytes(UPLOAD_KEY_BYTES));
            default -> makeKeyPair();
        };
    }

    /** Private and public key, PKCS #8 and X.509, in base64 with a space between. */
    private static String makeKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), Randomness.source());
            KeyPair pair = generator.generateKeyPair();
            Base64.Encoder base64 = Base64.getEncoder();
            return base64.encodeToString(pair.getPrivate().getEncoded()) + " "
                    + base64.encodeToString(pair.getPublic().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static TokenKeys keys(Map<String, String> texts) {
        try {
            String[] pair = texts.get(ACCESS_KEY).split(" ", 2);
            if (pair.length < 2) {
                throw new IllegalArgumentException("two keys expected");
            }
            KeyFactory factory = KeyFactory.getInstance("EC");
            Base64.Decoder base64 = Base64.getDecoder();
            KeyPair access = new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(base64.decode(pair[1]))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(base64.decode(pair[0]))));
            return new TokenKeys(access, new SecretKeySpec(base64.decode(texts.get(UPLOAD_KEY)), "HmacSHA256"));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Damaged(e);
        }
    }
}
