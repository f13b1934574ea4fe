package dev.lading.operation.build;

import dev.lading.attestation.Attestations;
import dev.lading.attestation.BaseSbom;
import dev.lading.attestation.BaseSboms;
import dev.lading.attestation.KeptBuildLog;
import dev.lading.attestation.Predicate;
import dev.lading.attestation.Provenance;
import dev.lading.attestation.Sbom;
import dev.lading.curation.StagingArea;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.operation.build.BuiltImageStaging.Staged;
import dev.lading.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Stages what is said of built images beside them: how they were built, what is in them, and the log. */
final class BuildReferrers {
    private static final Logger LOG = Logger.getLogger(BuildReferrers.class);

    private final StagingArea area;
    private final Attestations attestations;
    private final BaseSboms bases;
    private final String name;
    private final Instant made;

    /** @param name of the images, for people */
    BuildReferrers(StagingArea area, Attestations attestations, BaseSboms bases, String name, Instant made) {
        this.area = area;
        this.attestations = attestations;
        this.bases = bases;
        this.name = name;
        this.made = made;
    }

    /** What is said of one platform's image. */
    List<Digest> of(BuiltImages.Image built, Staged image, Provenance provenance) throws IOException {
        List<Digest> all = new ArrayList<>();
        all.add(attest(image, provenance));
        Optional<Sbom> contents = contents(built);
        if (contents.isPresent()) {
            all.add(attest(image, contents.get()));
            return all;
        }
        Optional<BaseSbom> brought = image.base()
                .flatMap(base -> bases.find(base.holder(), base.image().digest()));
        if (brought.isPresent()) {
            all.add(brought.get().stage(area, image.manifest(), made).digest());
        }
        return all;
    }

    private Digest attest(Staged image, Predicate said) throws IOException {
        return attestations.attest(area, name, image.manifest(), said, made).digest();
    }

    private static Optional<Sbom> contents(BuiltImages.Image image) throws IOException {
        if (image.contents().isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = image.contents().get().open()) {
            return Optional.of(Sbom.parse(in.readNBytes(Sbom.MAX_BYTES + 1)));
        } catch (FieldInvalid e) {
            LOG.warnf("an image is attested without a list of what is in it: %s", e.getMessage());
            return Optional.empty();
        }
    }

    /** The log of a build. */
    Digest log(Descriptor built, TaskId task, Path log) throws IOException {
        return KeptBuildLog.stage(area, built, task, log, made).digest();
    }
}
