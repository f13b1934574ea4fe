package dev.lading.access;

import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.oci.RepositoryName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The caller of a request, by its credentials. */
public sealed interface Caller {
    /** Subject of a token that was issued without credentials. */
    String NOBODY = "anonymous";

    /** Whether a login would change the caller. */
    default boolean isAnonymous() {
        return switch (this) {
            case Anonymous anonymous -> true;
            case Administrator administrator -> false;
            case SignedIn user -> false;
            case Bearer bearer -> bearer.holder().equals(NOBODY);
        };
    }

    /** The user that the caller is; empty: nobody, or the administrator. */
    default Optional<PrincipalId> user() {
        return switch (this) {
            case Anonymous anonymous -> Optional.empty();
            case Administrator administrator -> Optional.empty();
            case SignedIn(User user) -> Optional.of(user.id());
            case Bearer bearer -> bearer.tokenUser().map(TokenUser::user);
        };
    }

    /** The user who may list repositories: by their password, or by a token for that; empty: nobody's own list. */
    default Optional<PrincipalId> listing() {
        return switch (this) {
            case Anonymous anonymous -> Optional.empty();
            case Administrator administrator -> Optional.empty();
            case SignedIn(User user) -> Optional.of(user.id());
            case Bearer bearer ->
                bearer.tokenUser()
                        .filter(user -> bearer.has(Authorizer.CATALOG))
                        .map(TokenUser::user);
        };
    }

    /** The subject of tokens that are issued to this caller. */
    default String subject() {
        return switch (this) {
            case Anonymous anonymous -> NOBODY;
            case Administrator administrator -> RegistrySettings.ADMIN;
            case SignedIn(User user) -> TokenUser.of(user).subject();
            case Bearer bearer -> bearer.holder();
        };
    }

    /** A caller without credentials. */
    record Anonymous() implements Caller {}

    /** A caller with the administrator's name and password. */
    record Administrator() implements Caller {}

    /** A caller with a user's name and password. */
    record SignedIn(User account) implements Caller {}

    /**
     * A caller with a token of ours.
     *
     * @param holder the token's subject
     * @param tokenUser empty: it is no user's
     */
    record Bearer(String holder, Optional<TokenUser> tokenUser, Instant issued, List<Scope> scopes) implements Caller {
        static final Bearer NOBODYS = new Bearer(NOBODY, Instant.EPOCH, List.of());

        public Bearer {
            scopes = List.copyOf(scopes);
        }

        Bearer(String holder, Instant issued, List<Scope> scopes) {
            this(holder, TokenUser.parse(holder), issued, scopes);
        }

        /** Whether the administrator requested this token with {@code scope}. */
        boolean isAdministrators(String scope) {
            return holder.equals(RegistrySettings.ADMIN) && has(scope);
        }

        private boolean has(String scope) {
            return scopes.stream().anyMatch(granted -> granted.toString().equals(scope));
        }

        boolean grants(RepositoryName repository, Permission permission) {
            return scopes.stream().anyMatch(scope -> scope.grants(repository, permission));
        }
    }
}
