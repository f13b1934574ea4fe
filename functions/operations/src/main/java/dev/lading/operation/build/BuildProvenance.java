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
     * @param registry the registry's URL
     * @param pulled what the builder pulled, its cache left out
     */
    static Provenance of(
            BuildOrder order,
            BuildPlan plan,
            BuilderAbilities abilities,
            String registry,
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
        Map<String, String> versions = new HashMap<>(abilities.versions());
        versions.put("isolation", "oci");
        var builder = new BuilderIdentity(registry, "buildah", versions);
        return new Provenance(
                parameters, dependencies(order, pulled), builder, plan.task().toString(), started, finished);
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
