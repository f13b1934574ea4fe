package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.blob.BlobStore;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.Manifest;
import dev.lading.oci.ParseRoom;
import dev.lading.oci.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Finds the lists that bases bring of what they contain: whoever made them, and whether or not it can be verified. */
public final class BaseSboms {
    private static final Logger LOG = Logger.getLogger(BaseSboms.class);

    /** Referrers of a base that are looked at. */
    private static final int MOST_REFERRERS = 100;

    /** Largest document, or statement with one, that is read: it is parsed as a tree. */
    private static final int MAX_BYTES = Manifest.MAX_BYTES;

    private final ManifestService manifests;
    private final BlobStore blobs;

    public BaseSboms(ManifestService manifests, BlobStore blobs) {
        this.manifests = manifests;
        this.blobs = blobs;
    }

    /**
     * What a base contains, by its own list; else by that which it took over from its base. Empty: nothing tells, or
     * nothing that can be read.
     *
     * @param holder the version that has the base
     */
    public Optional<BaseSbom> find(RepositoryView holder, Digest base) {
        List<ReferrerEntry> referrers =
                holder.referrers(base, Optional.empty(), MOST_REFERRERS).entries();
        return referrers.stream()
                .filter(each -> !isTakenOver(each.descriptor()))
                .flatMap(each -> read(holder, base, each.descriptor()).stream())
                .findFirst()
                .or(() -> referrers.stream()
                        .filter(each -> isTakenOver(each.descriptor()))
                        .flatMap(each -> read(holder, base, each.descriptor()).stream())
                        .findFirst());
    }

    private static boolean isTakenOver(Descriptor referrer) {
        return isOf(referrer, BaseSbom.TYPE.value());
    }

    private static boolean isOf(Descriptor referrer, String type) {
        return referrer.artifactType().filter(type::equals).isPresent();
    }

    private Optional<BaseSbom> read(RepositoryView holder, Digest base, Descriptor referrer) {
        try {
            if (isOf(referrer, SigstoreBundle.TYPE.value()) && isSbom(referrer, SigstoreBundle.PREDICATE)) {
                return content(holder, referrer).flatMap(bytes -> predicate(statement(bytes), base));
            }
            if (isOf(referrer, Statement.MEDIA_TYPE.value()) && isSbom(referrer, Statement.PREDICATE)) {
                return content(holder, referrer).flatMap(bytes -> predicate(tree(bytes), base));
            }
            if (isOf(referrer, Sbom.SPDX_JSON.value()) || isOf(referrer, Sbom.CYCLONE_DX_JSON.value())) {
                return content(holder, referrer).map(bytes -> new BaseSbom(Sbom.parse(bytes), base));
            }
            String of = referrer.annotations().get(BaseSbom.OF);
            return isTakenOver(referrer) && of != null
                    ? content(holder, referrer).map(bytes -> new BaseSbom(Sbom.parse(bytes), Digest.parse(of)))
                    : Optional.empty();
        } catch (RegistryException | IllegalArgumentException e) {
            LOG.debugf("a base's list of what it contains cannot be read: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isSbom(Descriptor referrer, String annotation) {
        return Sbom.isPredicate(referrer.annotations().getOrDefault(annotation, ""));
    }

    private Optional<byte[]> content(RepositoryView holder, Descriptor referrer) {
        return Referrer.content(holder, referrer.digest(), manifests)
                .filter(blob -> blob.sizeBytes() <= MAX_BYTES)
                .map(this::bytes);
    }

    private byte[] bytes(BlobEntry blob) {
        try (InputStream in = blob.open(blobs)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read blob " + blob.digest(), e);
        }
    }

    private static JsonNode tree(byte[] document) {
        try (ParseRoom _ = ParseRoom.take(document.length)) {
            return ParseRoom.JSON.readTree(document);
        } catch (IOException e) {
            throw new IllegalArgumentException("it is not JSON", e);
        }
    }

    private static JsonNode statement(byte[] bundle) {
        String payload = tree(bundle).path("dsseEnvelope").path("payload").asText();
        return tree(Base64.getDecoder().decode(payload));
    }

    /** The document of a statement that is about the base, and not about another image. */
    private static Optional<BaseSbom> predicate(JsonNode statement, Digest base) {
        for (JsonNode subject : statement.path("subject")) {
            if (subject.path("digest").path(base.algorithm()).asText().equals(base.hex())) {
                byte[] document = statement.path("predicate").toString().getBytes(UTF_8);
                return Optional.of(new BaseSbom(Sbom.parse(document), base));
            }
        }
        return Optional.empty();
    }
}
