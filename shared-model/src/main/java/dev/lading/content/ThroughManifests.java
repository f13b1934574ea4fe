package dev.lading.content;

import dev.lading.history.Pull;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.Reference;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Port to manifests that a pull-through distribution serves, held or not. */
public interface ThroughManifests {
    /** What is known of a manifest without asking the upstream. */
    sealed interface Known {}

    /**
     * A manifest to serve.
     *
     * @param warning why it may not be what the upstream has now
     */
    record Served(ManifestEntry manifest, Optional<String> warning) implements Known {}

    /**
     * The upstream is to be asked.
     *
     * @param held what is served if it gives no good answer in time
     */
    record ToAsk(Optional<ManifestEntry> held) implements Known {}

    /**
     * What to list the referrers of a manifest from.
     *
     * @param warning why it may not be all that the upstream has
     */
    record Listed(Pull pull, Optional<String> warning) {}

    /** Whether a manifest can be served at once. */
    Known known(Pull pull, Reference reference);

    /**
     * Asks the upstream, and takes what it has. Returns at once.
     *
     * @param counted for whom, as counts have it
     * @return the manifest, or a {@link dev.lading.oci.RegistryException} that says what the upstream answered
     */
    CompletionStage<Served> ask(Pull pull, Reference reference, ToAsk known, String counted);

    /**
     * Asks the upstream for the referrers of a manifest, and takes it and those.
     *
     * @param counted for whom, as counts have it
     * @return what to list them from; empty: the upstream need not be asked
     */
    Optional<CompletionStage<Listed>> referrers(Pull pull, Digest subject, String counted);
}
