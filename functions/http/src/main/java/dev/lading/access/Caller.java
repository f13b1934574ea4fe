package dev.lading.access;

import dev.lading.oci.RepositoryName;
import java.util.List;

/** Who sends a request, and what for. */
public sealed interface Caller {
    /** Subject of a token that was given to whoever asked. */
    String NOBODY = "anonymous";

    /** Whether a login would change who this is. */
    default boolean isAnonymous() {
        return switch (this) {
            case Anonymous anonymous -> true;
            case Administrator administrator -> false;
            case Bearer bearer -> bearer.subject().equals(NOBODY);
        };
    }

    /** Sent no credentials. */
    record Anonymous() implements Caller {}

    /** Sent the administrator's name and password. */
    record Administrator() implements Caller {}

    /** Sent a token of ours. */
    record Bearer(String subject, List<Scope> scopes) implements Caller {
        static final Bearer NOBODYS = new Bearer(NOBODY, List.of());

        public Bearer {
            scopes = List.copyOf(scopes);
        }

        /** Whether the administrator asked for this token with {@code scope}. */
        boolean isAdministrators(String scope) {
            return subject.equals(RegistrySettings.ADMIN)
                    && scopes.stream().anyMatch(granted -> granted.toString().equals(scope));
        }

        boolean grants(RepositoryName repository, Permission permission) {
            return scopes.stream().anyMatch(scope -> scope.grants(repository, permission));
        }
    }
}
