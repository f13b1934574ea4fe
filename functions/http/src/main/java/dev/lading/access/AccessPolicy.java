package dev.lading.access;

import dev.lading.history.Pull;
import dev.lading.oci.RepositoryName;
import java.util.List;
import java.util.Set;

/** Who may do what: everybody pulls what is not private; the administrator, or everybody where so set, does the rest. */
public final class AccessPolicy {
    /** The scope of tokens that administrate; tokens for repositories do not, whoever asked for them. */
    public static final String ADMINISTRATION = "registry:management:*";

    /** What clients ask a token for to list repositories. Source: docker's token authentication specification. */
    public static final String CATALOG = "registry:catalog:*";

    private final RegistrySettings settings;
    private final Secrets secrets;

    public AccessPolicy(RegistrySettings settings, Secrets secrets) {
        this.settings = settings;
        this.secrets = secrets;
    }

    public boolean allowsPull(Caller caller, Pull pull) {
        // Who may push to any name looks there first.
        boolean makesNames = settings.anonymousPush() && pull.view().isEmpty();
        if (!pull.isRestricted() || makesNames) {
            return true;
        }
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            // Anybody gets a token to pull, so who got it counts.
            case Caller.Bearer bearer -> !bearer.isAnonymous() && bearer.grants(pull.name(), Action.PULL);
        };
    }

    /** Whether the caller may push to a repository, or delete from it. */
    public boolean allowsChange(Caller caller, RepositoryName repository, Action action) {
        if (settings.anonymousPush()) {
            return true;
        }
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            case Caller.Bearer bearer -> bearer.grants(repository, action);
        };
    }

    /** Whether the caller may change what is no repository's content. */
    public boolean allowsAdministration(Caller caller) {
        return isAdministrator(caller, ADMINISTRATION);
    }

    /** Whether the caller is shown private names among the others; a token for single repositories does not say so. */
    public boolean allowsPrivateNames(Caller caller) {
        return isAdministrator(caller, CATALOG);
    }

    private static boolean isAdministrator(Caller caller, String scope) {
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            case Caller.Bearer bearer -> bearer.isAdministrators(scope);
        };
    }

    boolean isAdministrator(String user, String password) {
        boolean rightPassword = secrets.isPassword(password);
        return user.equals(RegistrySettings.ADMIN) && rightPassword;
    }

    /** The part of what a token was asked for that its bearer gets. */
    public List<Scope> grant(List<Scope> asked, boolean administrator) {
        if (administrator) {
            return Scope.fitting(asked);
        }
        Set<String> allowed = settings.anonymousPush() ? Set.of("pull", "push", "delete") : Set.of("pull");
        return Scope.fitting(asked.stream().map(scope -> scope.only(allowed)).toList());
    }
}
