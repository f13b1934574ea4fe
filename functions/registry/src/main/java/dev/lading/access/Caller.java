package dev.lading.access;

import dev.lading.oci.RepositoryName;
import java.util.List;

/** Who sends a request, and what for. */
public sealed interface Caller {
    /** Sent no credentials. */
    record Anonymous() implements Caller {}

    /** Sent the administrator's name and password. */
    record Administrator() implements Caller {}

    /** Sent a token of ours. */
    record Bearer(String subject, List<Scope> scopes) implements Caller {
        public Bearer {
            scopes = List.copyOf(scopes);
        }

        boolean grants(RepositoryName repository, Action action) {
            return scopes.stream().anyMatch(scope -> scope.grants(repository, action));
        }
    }
}
