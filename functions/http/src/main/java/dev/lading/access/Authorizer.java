package dev.lading.access;

import dev.lading.history.Pull;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RepositoryName;
import java.util.List;
import java.util.Set;

/**
 * The registry's only authorization rules: everybody may pull what is not private; the administrator, or everybody
 * where so configured, may do the rest.
 */
public final class Authorizer {
    /** The scope of tokens that administrate; tokens for repositories do not, even the administrator's. */
    public static final String ADMINISTRATION = "registry:management:*";

    /** The scope that clients request to list repositories. Source: docker's token authentication specification. */
    public static final String CATALOG = "registry:catalog:*";

    private final RegistrySettings settings;

    public Authorizer(RegistrySettings settings) {
        this.settings = settings;
    }

    public boolean allows(Caller caller, Check check) {
        return switch (check.resource()) {
            case Check.Resource.Registry registry -> allowsOnRegistry(caller, check.permission());
            case Check.Resource.Named(RepositoryName name) -> allowsChange(caller, name, check.permission());
            case Check.Resource.Pulled(Pull pull) -> check.permission() == Permission.PULL && allowsPull(caller, pull);
        };
    }

    /**
     * Throws unless the check is allowed; the exception says what would help.
     *
     * @throws Unauthorized if other credentials may be allowed it
     * @throws Denied if the caller is known and another token of theirs would be allowed it
     */
    public void require(Caller caller, Check check) {
        if (!allows(caller, check)) {
            throw switch (check.resource()) {
                case Check.Resource.Registry registry
                when check.permission() == Permission.CREDENTIALS ->
                    new Unauthorized("ask the realm for a token; one for pulling needs no password");
                case Check.Resource.Registry registry
                when caller.isAnonymous() -> new Unauthorized("log in as the administrator");
                case Check.Resource.Registry registry ->
                    new Denied("this token is for repositories; ask for one with scope=" + ADMINISTRATION);
                case Check.Resource.Named(RepositoryName name) -> refused(caller, check.permission(), name);
                case Check.Resource.Pulled(Pull pull) -> refused(caller, check.permission(), pull.name());
            };
        }
    }

    private static Unauthorized refused(Caller caller, Permission permission, RepositoryName name) {
        String what = permission.action() + " in '" + name + "'";
        return new Unauthorized(
                caller.isAnonymous() ? "log in to " + what : "these credentials do not allow to " + what);
    }

    private static boolean allowsOnRegistry(Caller caller, Permission permission) {
        return switch (permission) {
            case NONE -> true;
            case CREDENTIALS -> !(caller instanceof Caller.Anonymous);
            case CATALOG -> isAdministrator(caller, CATALOG);
            case ADMINISTRATION -> isAdministrator(caller, ADMINISTRATION);
            case PULL, PUSH, DELETE, UPLOAD_STATE -> false;
        };
    }

    private static boolean isAdministrator(Caller caller, String scope) {
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            case Caller.Bearer bearer -> bearer.isAdministrators(scope);
        };
    }

    private boolean allowsPull(Caller caller, Pull pull) {
        // A caller who may push to any name looks there first.
        boolean makesNames = settings.anonymousPush() && pull.view().isEmpty();
        if (!pull.isRestricted() || makesNames) {
            return true;
        }
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            // Anybody gets a token to pull, so the token's subject counts.
            case Caller.Bearer bearer -> !bearer.isAnonymous() && bearer.grants(pull.name(), Permission.PULL);
        };
    }

    private boolean allowsChange(Caller caller, RepositoryName name, Permission permission) {
        boolean isChange = permission == Permission.PUSH || permission == Permission.DELETE;
        return isChange
                && (settings.anonymousPush()
                        || switch (caller) {
                            case Caller.Anonymous anonymous -> false;
                            case Caller.Administrator administrator -> true;
                            case Caller.Bearer bearer -> bearer.grants(name, permission);
                        });
    }

    /** The part of the requested scopes that a token grants. */
    public List<Scope> grant(List<Scope> asked, boolean administrator) {
        if (administrator) {
            return Scope.fitting(asked);
        }
        Set<String> allowed = settings.anonymousPush() ? Set.of("pull", "push", "delete") : Set.of("pull");
        return Scope.fitting(asked.stream().map(scope -> scope.only(allowed)).toList());
    }
}
