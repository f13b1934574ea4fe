package dev.lading.access;

import dev.lading.audit.Acting;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.password.PasswordHash;
import dev.lading.password.PasswordVerifier;
import dev.lading.secret.SecretStore;
import dev.lading.signing.KeyRotation;
import dev.lading.signing.KeySchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's password and the keys that sign tokens. Missing ones are generated and stored; those changed or
 * deleted in the store take effect within {@link #REMEMBERED}. Whoever reads them replaces the key that signs access
 * tokens when that is due, so that no schedule need run.
 *
 * <p>The password stays in the store for its owner to read. It is read when the first secret is needed and again after
 * {@link #REMEMBERED}, so that a change takes effect without a step; in between only a {@link PasswordVerifier} of it
 * is in memory, against which requests are checked. A verifier in the store beside it would have to be rewritten by
 * somebody who reads the password at every change. A process that serves uploads only reads the upload key alone: see
 * {@link #forUploads}.
 */
public final class Secrets {
    public static final String PASSWORD = "admin-password";

    /** Least length of chosen passwords: with {@link Guesses}, enough against guessing over the network. */
    public static final int MIN_PASSWORD_CHARACTERS = 12;

    static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Logger LOG = Logger.getLogger(Secrets.class);

    private final SecretStore store;
    private final Optional<KeyRotation> rotation;
    private final InstantSource clock;
    private final Optional<PasswordVerifier> givenPassword;
    private final Set<SecretName> names;
    private volatile @Nullable Read current;
    private boolean passwordMade;
    private boolean isRenewalFailing;

    /** @param password empty where it is not read */
    private record Read(
            Optional<PasswordVerifier> password, Map<String, String> keyTexts, TokenKeys keys, Instant until) {}

    /** A key of the store cannot be used; the message says what to do. */
    public static final class Damaged extends RuntimeException {
        Damaged(String name, Throwable cause) {
            super(
                    "the secret " + name + " is damaged; delete it and a new one is made, which ends the "
                            + (name.equals(SecretName.UPLOAD_KEY.toString()) ? "uploads under way" : "logins with it"),
                    cause);
        }
    }

    /** The password that was chosen for this process is too easy to guess; the message says what to do. */
    public static final class PasswordTooShort extends RuntimeException {
        private PasswordTooShort() {
            super("LADING_ADMIN_PASSWORD is shorter than " + MIN_PASSWORD_CHARACTERS
                    + " characters: choose a longer one, or leave it out and one is made");
        }
    }

    /**
     * @param rotation of the keys that sign access tokens
     * @param givenPassword takes precedence over the store's; with it, the store needs none
     * @throws PasswordTooShort if that is shorter than {@link #MIN_PASSWORD_CHARACTERS}
     */
    public Secrets(SecretStore store, KeyRotation rotation, InstantSource clock, Optional<String> givenPassword) {
        this(
                store,
                Optional.of(rotation),
                clock,
                givenPassword,
                givenPassword.isPresent()
                        ? EnumSet.complementOf(EnumSet.of(SecretName.PASSWORD))
                        : EnumSet.allOf(SecretName.class));
    }

    private Secrets(
            SecretStore store,
            Optional<KeyRotation> rotation,
            InstantSource clock,
            Optional<String> givenPassword,
            Set<SecretName> names) {
        if (givenPassword.filter(Secrets::isShort).isPresent()) {
            throw new PasswordTooShort();
        }
        this.store = store;
        this.rotation = rotation;
        this.clock = clock;
        this.givenPassword = givenPassword.map(PasswordVerifier::new);
        this.names = names;
    }

    /**
     * Secrets of a process that continues uploads begun elsewhere: it needs the upload key and may read nothing else.
     */
    public static Secrets forUploads(SecretStore store, InstantSource clock) {
        return new Secrets(store, Optional.empty(), clock, Optional.empty(), EnumSet.of(SecretName.UPLOAD_KEY));
    }

    /** Secrets of which the first access key signs for ever, for a process that keeps none of them. */
    public static Secrets thrownAway(SecretStore store, InstantSource clock) {
        return new Secrets(store, Optional.empty(), clock, Optional.empty(), EnumSet.allOf(SecretName.class));
    }

    /** The rotation of keys as these secrets know them. */
    public static KeyRotation rotation(MetadataStore metadata, SecretStore store, InstantSource clock) {
        return new KeyRotation(metadata, store, clock, SecretName.ACCESS_KEY::make);
    }

    /** Compares in constant time. */
    boolean isPassword(String guess) {
        return password().matches(guess);
    }

    /** A mark of the administrator's password, which changes with it. */
    String passwordMark() {
        return password().mark(uploadKey());
    }

    /** A mark of a user's password, which changes with it. */
    String mark(PasswordHash password) {
        return new PasswordVerifier(password.text()).mark(uploadKey());
    }

    private PasswordVerifier password() {
        return givenPassword.or(() -> read().password()).orElseThrow(Secrets::uploadsOnly);
    }

    TokenKeys keys() {
        return read().keys();
    }

    TokenKeys.Signer accessKey() {
        return read().keys().signer(clock.instant()).orElseThrow(Secrets::uploadsOnly);
    }

    SecretKey uploadKey() {
        return read().keys().upload();
    }

    static Unauthorized uploadsOnly() {
        return new Unauthorized("this server takes uploads only; log in where the upload was begun");
    }

    /**
     * Generates missing secrets. Returns the administrator's password if this process generated it, to be shown once.
     */
    public synchronized Optional<String> newPassword() {
        read();
        return passwordMade ? Optional.ofNullable(store.get(List.of(PASSWORD)).get(PASSWORD)) : Optional.empty();
    }

    /** Forgets all secrets; they are read again when next needed. */
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
            current = read(Optional.ofNullable(old), now.plus(REMEMBERED));
        } catch (RuntimeException e) {
            if (old == null) {
                throw e;
            }
            LOG.warnf("cannot read the secrets, going on with those of before: %s", e.getMessage());
            current = new Read(old.password(), old.keyTexts(), old.keys(), now.plus(RETRY));
        }
        return current;
    }

    private Read read(Optional<Read> old, Instant until) {
        KeySchedule schedule = rotation.map(this::renewed).orElse(KeySchedule.NONE);
        Map<String, String> texts = readTexts(wanted(schedule));
        Optional<String> password = Optional.ofNullable(texts.remove(PASSWORD));
        TokenKeys keys = old.filter(before -> before.keyTexts().equals(texts))
                .map(Read::keys)
                .filter(before -> before.schedule().equals(schedule))
                .orElseGet(() -> TokenKeys.of(schedule, texts));
        return new Read(password.map(text -> verifier(old.flatMap(Read::password), text)), texts, keys, until);
    }

    /** The schedule, after what was due of it. That it cannot be changed is no reason to refuse what needs it as it is. */
    private KeySchedule renewed(KeyRotation keys) {
        KeySchedule before = keys.read();
        try {
            // The request that happens to wait for this did not ask for it.
            KeySchedule after = Acting.NOBODY.as(List.of(), () -> keys.renew(before));
            isRenewalFailing = false;
            return after;
        } catch (RuntimeException e) {
            if (!isRenewalFailing) {
                LOG.warnf("cannot rotate the keys that sign tokens, going on with those of before: %s", e.getMessage());
            }
            isRenewalFailing = true;
            return before;
        }
    }

    /** What is to be read, by its name in the store. */
    private Map<String, SecretName> wanted(KeySchedule schedule) {
        Map<String, SecretName> wanted = new LinkedHashMap<>();
        for (SecretName name : names) {
            if (name == SecretName.ACCESS_KEY) {
                schedule.alive(clock.instant()).forEach(key -> wanted.put(key.name(), name));
            } else {
                wanted.put(name.toString(), name);
            }
        }
        return wanted;
    }

    /**
     * A verifier of a stored password. A short one is logged and accepted: refusing it would lock out an administrator
     * who chose it before the limit.
     */
    private static PasswordVerifier verifier(Optional<PasswordVerifier> old, String password) {
        return old.filter(before -> before.matches(password)).orElseGet(() -> {
            if (isShort(password)) {
                LOG.warnf(
                        "the stored %s is shorter than %d characters and easy to guess: store a longer one",
                        PASSWORD, MIN_PASSWORD_CHARACTERS);
            }
            return new PasswordVerifier(password);
        });
    }

    private static boolean isShort(String password) {
        return password.codePointCount(0, password.length()) < MIN_PASSWORD_CHARACTERS;
    }

    private Map<String, String> readTexts(Map<String, SecretName> wanted) {
        Map<String, String> found = new HashMap<>(store.get(wanted.keySet()));
        wanted.forEach((stored, name) -> {
            if (!found.containsKey(stored)) {
                String made = name.make();
                if (store.putIfAbsent(stored, made)) {
                    found.put(stored, made);
                    passwordMade |= name == SecretName.PASSWORD;
                } else {
                    found.putAll(store.get(List.of(stored)));
                }
            }
        });
        return found;
    }
}
