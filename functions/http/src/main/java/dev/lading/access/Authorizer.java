package dev.lading.access;

import dev.lading.account.Identity;
import dev.lading.build.BuildPass;
import dev.lading.grant.NameRights;
import dev.lading.grant.Rights;
import dev.lading.grant.RightsService;
import dev.lading.history.Pull;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RegistryException.Unauthorized;
import dev.lading.oci.RepositoryName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The registry's only authorization rules: everybody may pull what is not private; users and robots may pull, push and
 * delete where their roles say so; the administrator, or everybody where so configured, may do the rest.
 */
public final class Authorizer {
    /** The scope of tokens that administrate; tokens for repositories do not, even the administrator's. */
    public static final String ADMINISTRATION = "registry:management:*";

    /** The scope that clients request to list repositories. Source: docker's token authentication specification. */
    public static final String CATALOG = "registry:catalog:*";

    /** Limit on repositories in a token of a user or robot; each costs some reads. */
    private static final int MAX_REPOSITORIES = 40;

    private final RegistrySettings settings;
    private final RightsService rights;

    public Authorizer(RegistrySettings settings, RightsService rights) {
        this.settings = settings;
        this.rights = rights;
    }

    public boolean allows(Caller caller, Check check) {
        return switch (check.resource()) {
            case Check.Resource.Registry registry -> allowsOnRegistry(caller, check.permission());
            case Check.Resource.Named(RepositoryName name) -> allowsChange(caller, name, check.permission());
            case Check.Resource.Pulled(Pull pull) ->
                switch (check.permission()) {
                    case PULL -> allowsPull(caller, pull);
                    case FETCH -> allowsPull(caller, pull) && allowsFetch(caller, pull);
                    default -> false;
                };
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
                case Check.Resource.Registry registry when caller.isAnonymous() -> new Unauthorized("log in");
                case Check.Resource.Registry registry
                when check.permission() == Permission.SIGNED_IN
                        && caller.account().isPresent() ->
                    new Denied("call this with a name and password; this token is for repositories");
                case Check.Resource.Registry registry
                when caller.account().isPresent() -> new Denied("only the administrator may do this");
                case Check.Resource.Registry registry ->
                    new Denied("this token is for repositories; ask for one with scope=" + ADMINISTRATION);
                case Check.Resource.Named(RepositoryName name) -> refused(caller, check.permission(), name);
                case Check.Resource.Pulled(Pull pull) -> refused(caller, check.permission(), pull.name());
            };
        }
    }

    private static Unauthorized refused(Caller caller, Permission permission, RepositoryName name) {
        String what = permission == Permission.FETCH
                ? "pull what is not here yet, '" + name + "'"
                : permission.action() + " in '" + name + "'";
        return new Unauthorized(
                caller.isAnonymous() ? "log in to " + what : "these credentials do not allow to " + what);
    }

    private static boolean allowsOnRegistry(Caller caller, Permission permission) {
        return switch (permission) {
            case NONE, VISITOR -> true;
            case CREDENTIALS -> !(caller instanceof Caller.Anonymous);
            case CATALOG -> isAdministrator(caller, CATALOG);
            case SIGNED_IN, SESSION -> caller instanceof Caller.SignedIn || isAdministrator(caller, ADMINISTRATION);
            case ADMINISTRATION -> isAdministrator(caller, ADMINISTRATION);
            case PULL, FETCH, PUSH, DELETE, UPLOAD_STATE -> false;
        };
    }

    private static boolean isAdministrator(Caller caller, String scope) {
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            case Caller.SignedIn user -> false;
            case Caller.Building building -> false;
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
            case Caller.SignedIn(Identity identity) ->
                actions(rights.of(identity).at(pull.name())).contains(Permission.PULL.action());
            case Caller.Building(Caller maker, BuildPass pass) -> allowsPull(maker, pull);
            // Anybody gets a token to pull, so the token's subject counts.
            case Caller.Bearer bearer -> !bearer.isAnonymous() && bearer.grants(pull.name(), Permission.PULL);
        };
    }

    /** Whether new content may be fetched; rights are read, which only a pull of what is not here costs. */
    private boolean allowsFetch(Caller caller, Pull pull) {
        if (pull.through().isEmpty()) {
            return false;
        }
        if (settings.anonymousPush() || pull.through().get().anonymousFetch()) {
            return true;
        }
        return switch (caller) {
            case Caller.Anonymous anonymous -> false;
            case Caller.Administrator administrator -> true;
            case Caller.SignedIn(Identity identity) ->
                rights.of(identity).at(pull.name()).fetches();
            case Caller.Building(Caller maker, BuildPass pass) -> allowsFetch(maker, pull);
            case Caller.Bearer bearer ->
                bearer.grants(pull.name(), Permission.PULL)
                        && (bearer.isAdministrators()
                                || bearer.account()
                                        .flatMap(rights::of)
                                        .filter(held -> held.at(pull.name()).fetches())
                                        .isPresent());
        };
    }

    private boolean allowsChange(Caller caller, RepositoryName name, Permission permission) {
        boolean isChange = permission == Permission.PUSH || permission == Permission.DELETE;
        return isChange
                && (settings.anonymousPush()
                        || switch (caller) {
                            case Caller.Anonymous anonymous -> false;
                            case Caller.Administrator administrator -> true;
                            case Caller.SignedIn(Identity identity) ->
                                actions(rights.of(identity).at(name)).contains(permission.action());
                            case Caller.Building building -> false;
                            case Caller.Bearer bearer -> bearer.grants(name, permission);
                        });
    }

    /** The part of the requested scopes that a token grants. */
    public List<Scope> grant(List<Scope> asked, Caller caller) {
        if (caller instanceof Caller.Building(Caller maker, BuildPass pass)) {
            return builds(asked, maker, pass);
        }
        return Scope.fitting(
                caller.others().length(),
                switch (caller) {
                    case Caller.Administrator administrator -> asked;
                    case Caller.SignedIn(Identity identity) when !settings.anonymousPush() -> allowed(asked, identity);
                    case Caller.SignedIn user -> everybodys(asked);
                    case Caller.Anonymous anonymous -> everybodys(asked);
                    case Caller.Building building -> List.of();
                    case Caller.Bearer bearer -> everybodys(asked);
                });
    }

    /** Its maker's pulls, and its own cache. */
    private List<Scope> builds(List<Scope> asked, Caller maker, BuildPass pass) {
        Map<Boolean, List<Scope>> caches = asked.stream()
                .collect(Collectors.partitioningBy(
                        scope -> pass.cache().isPresent() && scope.repository().equals(pass.cache())));
        return Stream.concat(
                        caches.getOrDefault(true, List.of()).stream()
                                .map(scope -> scope.within(Set.of("pull", "push"))),
                        grant(caches.getOrDefault(false, List.of()), maker).stream()
                                .map(scope -> scope.within(Set.of("pull"))))
                .toList();
    }

    private List<Scope> everybodys(List<Scope> asked) {
        Set<String> allowed = settings.anonymousPush() ? Set.of("pull", "push", "delete") : Set.of("pull");
        return asked.stream().map(scope -> scope.only(allowed)).toList();
    }

    private List<Scope> allowed(List<Scope> asked, Identity identity) {
        Rights held = rights.of(identity);
        List<Scope> allowed = new ArrayList<>();
        for (Scope scope : Scope.changesFirst(asked)) {
            if (scope.toString().equals(CATALOG)) {
                allowed.add(scope);
            }
            Optional<RepositoryName> name = scope.repository();
            if (name.isPresent() && allowed.size() < MAX_REPOSITORIES) {
                NameRights at = held.at(name.get());
                Set<String> actions = actions(at);
                allowed.add(
                        actions.isEmpty() && at.open()
                                ? scope.within(Set.of("pull")).asEverybodys()
                                : scope.within(actions));
            }
        }
        return allowed;
    }

    /** The actions on a repository that somebody's rights there allow. Whoever may push may pull. */
    private static Set<String> actions(NameRights rights) {
        Set<String> actions = new LinkedHashSet<>();
        if (rights.pulls() || rights.pushes()) {
            actions.add(Permission.PULL.action());
        }
        if (rights.pushes()) {
            actions.add(Permission.PUSH.action());
        }
        if (rights.deletes()) {
            actions.add(Permission.DELETE.action());
        }
        return actions;
    }
}
