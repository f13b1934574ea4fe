package dev.lading.operation.build;

import dev.lading.oci.RegistryException.BuildFailed;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a builder can do.
 *
 * @param found whether that was found out; if it was not yet, the reason says so, and the rest is empty
 * @param reason why it builds nothing; empty: it does
 * @param versions of its programs, by name
 * @param user whose rights builds have
 * @param limits what bounds memory and processes: {@code cgroup v1}, {@code cgroup v2} or {@code ulimit}
 * @param platforms that it runs
 * @param heredocs whether Containerfiles may have here-documents
 * @param open whether builds may reach the internet
 */
public record BuilderAbilities(
        boolean found,
        Optional<String> reason,
        Map<String, String> versions,
        String user,
        String limits,
        List<String> platforms,
        boolean heredocs,
        boolean open) {
    public BuilderAbilities {
        versions = Collections.unmodifiableMap(new TreeMap<>(versions));
        platforms = List.copyOf(platforms);
    }

    /** A builder that is still finding out what it can do. */
    public static BuilderAbilities unknown() {
        return nothing(false, "it is still being found out what this machine can build; look again in some seconds");
    }

    /** @param reason why it builds nothing */
    public static BuilderAbilities none(String reason) {
        return nothing(true, reason);
    }

    private static BuilderAbilities nothing(boolean found, String reason) {
        return new BuilderAbilities(found, Optional.of(reason), Map.of(), "", "", List.of(), false, false);
    }

    /** @throws BuildFailed with the reason, if it builds nothing */
    public void require() {
        reason.ifPresent(why -> {
            throw new BuildFailed(why);
        });
    }

    public boolean builds() {
        return reason.isEmpty();
    }
}
