package dev.lading.access;

import dev.lading.oci.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import java.util.function.Predicate;

/** Who may do what: everybody pulls what is not private; the administrator, or everybody where so set, does the rest. */
public final class AccessPolicy {
    /** The scope of tokens that administrate; tokens for repositories do not, whoever asked for them. */
    public static final String ADMINISTRATION = "registry:management:*";

    private final RegistrySettings settings;
    private final Secrets secrets;
    private final Predicate<RepositoryName> isPrivate;

    /** @param isPrivate whether not everybody pulls at a name; asked only of those whose credentials do not say enough */
    public AccessPolicy(RegistrySettings settings, Secrets secrets, Predicate<RepositoryName> isPrivate) {
        this.settings = settings;
        this.secrets = secrets;
        this.isPrivate = isPrivate;
    }

    public boolean allows(Caller caller, RepositoryName repository, Action action) {
        if (action != Action.PULL && settings.anonymousPush()) {
            return true;
        }
        return switch (caller) {
            case Caller.Administrator administrator -> true;
            // Anybody gets a token to pull, so who got it counts.
            case Caller.Bearer bearer ->
                (bearer.grants(repository, action) && (action != Action.PULL || !bearer.isAnonymous()))
                        || (action == Action.PULL && !isPrivate.test(repository));
            case Caller.Anonymous anonymous -> action == Action.PULL && !isPrivate.test(repository);
        };
    }

    /** Whether the caller may change what is no repository's content. */
    public boolean allowsAdministration(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            case Caller.Bearer bearer -> bearer.administrates();
        };
    }

    boolean isAdministrator(String user, String password) {
        // Compares whole passwords whatever they begin with, so that time tells nothing.
        boolean rightPassword = MessageDigest.isEqual(
                password.getBytes(StandardCharsets.UTF_8), secrets.password().getBytes(StandardCharsets.UTF_8));
        return user.equals(RegistrySettings.ADMIN) && rightPassword;
    }

    /** The part of what a token was asked for that its bearer gets. */
    Scope grant(Scope asked, boolean administrator) {
        if (administrator) {
            return asked;
        }
        return asked.only(settings.anonymousPush() ? Set.of("pull", "push", "delete") : Set.of("pull"));
    }
}
