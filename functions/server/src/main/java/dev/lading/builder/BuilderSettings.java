package dev.lading.builder;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * How builds run here.
 *
 * @param user whose rights builds have; empty: the server's own
 * @param logs folder of logs
 * @param door port on the loopback at which builds reach the registry
 */
public record BuilderSettings(Optional<String> user, BuildsFolder folder, Path logs, IntSupplier door) {
    /** The user that a server of root's drops to, if it is not told another. */
    public static final String USUAL_USER = "lading-build";
}
