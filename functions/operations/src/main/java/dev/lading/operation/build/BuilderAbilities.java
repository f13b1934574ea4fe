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
 * @param reason why it builds nothing; empty: it does
 * @param versions of its programs, by name
 * @param user whose rights builds have
 * @param limits what bounds memory and processes: {@code cgroup v1}, {@code cgroup v2} or {@code ulimit}
 * @param platforms that it runs
 * @param heredocs whether Containerfiles may have here-documents
 * @param open whether builds may reach the internet
 */
public record BuilderAbilities(
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

    static BuilderAbilities none(String reason) {
        return new BuilderAbilities(Optional.of(reason), Map.of(), "", "", List.of(), false, false);
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
