package dev.lading.build;

import dev.lading.account.PrincipalId;
import dev.lading.oci.RepositoryName;
import java.util.Optional;

/**
 * Lets a build pull what its maker may pull, and push to its cache alone.
 *
 * @param build its id
 * @param maker who asked for it; empty: the administrator
 * @param cache empty: it uses none
 */
public record BuildPass(String build, Optional<PrincipalId> maker, Optional<RepositoryName> cache) {
    /** The user name of builds; a password is the secret of a pass. No user can be called so. */
    public static final String USER = "build$";
}
