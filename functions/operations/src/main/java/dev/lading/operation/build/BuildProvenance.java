package dev.lading.operation.build;

import dev.lading.attestation.BuildParameters;
import dev.lading.attestation.BuilderIdentity;
import dev.lading.attestation.Dependency;
import dev.lading.attestation.Provenance;
import dev.lading.build.PulledImage;
import dev.lading.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says how an image was built: of what, by which builder, and as it was asked. */
final class BuildProvenance {
    private BuildProvenance() {}

    /**
     * The provenance of one build, which is that of each of its images.
     *
     * @param pulled what the builder pulled, its cache left out
     */
    static Provenance of(
            BuildOrder order,
            BuildPlan plan,
            BuilderIdentity builder,
            List<PulledImage> pulled,
            Instant dated,
            Instant started,
            Instant finished) {
        var parameters = new BuildParameters(
                "Containerfile",
                order.target(),
                plan.platforms(),
                order.arguments(),
                order.labels(),
                order.network().toString(),
                plan.secrets().keySet(),
                Optional.of(dated));
        return new Provenance(
                parameters, dependencies(order, pulled), builder, plan.task().toString(), started, finished);
    }

    /** @param registry the registry's URL */
    static BuilderIdentity builder(BuildSettings settings, BuilderAbilities abilities, String registry) {
        Map<String, String> versions = new HashMap<>(abilities.versions());
        versions.put("lading", settings.version());
        versions.put("isolation", "oci");
        return new BuilderIdentity(registry, "buildah", versions);
    }

    private static List<Dependency> dependencies(BuildOrder order, List<PulledImage> pulled) {
        List<Dependency> all = new ArrayList<>();
        pulled.forEach(image -> all.add(Dependency.image("base", order.host() + "/" + image.name(), image.digest())));
        order.archive()
                .or(() -> order.files().flatMap(BuildOrder.Files::artifact))
                .ifPresent(digest -> all.add(new Dependency("context", Optional.empty(), digest)));
        Digest text = Digest.of(Digest.SHA256, order.containerfile().getBytes(StandardCharsets.UTF_8));
        all.add(new Dependency("containerfile", Optional.empty(), text));
        return all;
    }
}
