package dev.lading.access;

import dev.lading.oci.RepositoryName;
import java.util.List;

/** The caller of a request, by its credentials. */
public sealed interface Caller {
    /** Subject of a token that was issued without credentials. */
    String NOBODY = "anonymous";

    /** Whether a login would change the caller. */
    default boolean isAnonymous() {
        return switch (this) {
            case Anonymous anonymous -> true;
            case Administrator administrator -> false;
            case Bearer bearer -> bearer.subject().equals(NOBODY);
        };
    }

    /** A caller without credentials. */
    record Anonymous() implements Caller {}

    /** A caller with the administrator's name and password. */
    record Administrator() implements Caller {}

    /** A caller with a token of ours. */
    record Bearer(String subject, List<Scope> scopes) implements Caller {
        static final Bearer NOBODYS = new Bearer(NOBODY, List.of());

        public Bearer {
            scopes = List.copyOf(scopes);
        }

        /** Whether the administrator requested this token with {@code scope}. */
        boolean isAdministrators(String scope) {
            return subject.equals(RegistrySettings.ADMIN)
                    && scopes.stream().anyMatch(granted -> granted.toString().equals(scope));
        }

        boolean grants(RepositoryName repository, Permission permission) {
            return scopes.stream().anyMatch(scope -> scope.grants(repository, permission));
        }
    }
}
