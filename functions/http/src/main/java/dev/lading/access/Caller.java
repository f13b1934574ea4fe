package dev.lading.access;

import dev.lading.account.Identity;
import dev.lading.account.PrincipalId;
import dev.lading.account.User;
import dev.lading.build.BuildPass;
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
            case Building building -> false;
            case Bearer bearer -> bearer.holder().equals(NOBODY);
        };
    }

    /** The user or robot that the caller is; empty: nobody, or the administrator. */
    default Optional<PrincipalId> account() {
        return switch (this) {
            case Anonymous anonymous -> Optional.empty();
            case Administrator administrator -> Optional.empty();
            case SignedIn(Identity identity) -> Optional.of(identity.id());
            case Building(Caller maker, BuildPass pass) -> maker.account();
            case Bearer bearer -> bearer.tokenHolder().map(TokenHolder::account);
        };
    }

    /** The user or robot that may list repositories: by a password, or by a token for that; empty: nobody's own list. */
    default Optional<PrincipalId> listing() {
        return switch (this) {
            case Anonymous anonymous -> Optional.empty();
            case Administrator administrator -> Optional.empty();
            case SignedIn(Identity identity) -> Optional.of(identity.id());
            case Building building -> Optional.empty();
            case Bearer bearer ->
                bearer.tokenHolder()
                        .filter(holder -> bearer.has(Authorizer.CATALOG))
                        .map(TokenHolder::account);
        };
    }

    /** The subject of tokens that are issued to this caller. */
    default String subject() {
        return switch (this) {
            case Anonymous anonymous -> NOBODY;
            case Administrator administrator -> RegistrySettings.ADMIN;
            case SignedIn(Identity identity) -> TokenHolder.subject(identity.account());
            case Building(Caller maker, BuildPass pass) -> maker.subject();
            case Bearer bearer -> bearer.holder();
        };
    }

    /**
     * The caller as counts and the audit log have it: {@code admin}, {@code anonymous}, or a user or robot by kind and
     * id, as {@code user:7}, since names may be given to others later.
     */
    default String principal() {
        String subject = subject();
        return account().isPresent() ? subject.substring(0, subject.lastIndexOf(':')) : subject;
    }

    /** Whether they may have a refresh token: a robot's would outlive the secret that it was given for. */
    default boolean isRefreshed() {
        return this instanceof Administrator
                || (this instanceof SignedIn(Identity identity) && identity.account() instanceof User);
    }

    /** The claim of others whose rights count in tokens that are issued to this caller; empty for most. */
    default String others() {
        return switch (this) {
            case SignedIn(Identity identity) -> TokenHolder.others(identity);
            case Building(Caller maker, BuildPass pass) -> maker.others();
            case Anonymous anonymous -> "";
            case Administrator administrator -> "";
            case Bearer bearer -> "";
        };
    }

    /** A caller without credentials. */
    record Anonymous() implements Caller {}

    /** A caller with the administrator's name and password. */
    record Administrator() implements Caller {}

    /** A caller with the name and password of a user, or the name and secret of a robot. */
    record SignedIn(Identity identity) implements Caller {}

    /**
     * A build under way, by its pass.
     *
     * @param maker the administrator, or who asked for it
     */
    record Building(Caller maker, BuildPass pass) implements Caller {}

    /**
     * A caller with a token of ours.
     *
     * @param holder the token's subject
     * @param tokenHolder empty: the administrator, or nobody
     * @param build whose token it is; empty for most
     */
    record Bearer(
            String holder,
            Optional<TokenHolder> tokenHolder,
            Instant issued,
            List<Scope> scopes,
            Optional<String> build)
            implements Caller {
        static final Bearer NOBODYS = new Bearer(NOBODY, Optional.empty(), Instant.EPOCH, List.of());

        /** One that is no build's. */
        public Bearer(String holder, Optional<TokenHolder> tokenHolder, Instant issued, List<Scope> scopes) {
            this(holder, tokenHolder, issued, scopes, Optional.empty());
        }

        public Bearer {
            scopes = List.copyOf(scopes);
        }

        /** Whether the administrator requested this token with {@code scope}. */
        boolean isAdministrators(String scope) {
            return isAdministrators() && has(scope);
        }

        boolean isAdministrators() {
            return holder.equals(RegistrySettings.ADMIN);
        }

        private boolean has(String scope) {
            return scopes.stream().anyMatch(granted -> granted.toString().equals(scope));
        }

        boolean grants(RepositoryName repository, Permission permission) {
            return scopes.stream().anyMatch(scope -> scope.grants(repository, permission));
        }
    }
}
