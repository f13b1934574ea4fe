package dev.lading.management.content;

import dev.lading.blob.BlobRecord;
import dev.lading.content.ArtifactService;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ResourceModel;
import dev.lading.oci.Digest;
import dev.lading.operation.ResourceType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Stored bytes as the API shows them. Only the digest that they are stored by is known. */
public final class ArtifactModel {
    private static final List<String> UNKNOWN = List.of("md5", "sha1", "sha224", "sha384");

    static final Model<BlobRecord> ARTIFACT = model();

    public static final List<Model<?>> MODELS = List.of(ARTIFACT);

    private ArtifactModel() {}

    private static Model<BlobRecord> model() {
        Model<BlobRecord> model = ResourceModel.<BlobRecord>model(
                        ResourceType.ARTIFACT,
                        "Artifact",
                        ArtifactService::id,
                        BlobRecord::created,
                        BlobRecord::created)
                .tells("file", Schema.TEXT, bytes -> bytes.key().value())
                .shows("size", Schema.INTEGER, BlobRecord::sizeBytes);
        UNKNOWN.forEach(algorithm -> model.shows(algorithm, Schema.TEXT.orNull(), bytes -> null));
        return model.shows(Digest.SHA256, Schema.TEXT.orNull(), hex(Digest.SHA256))
                .shows(Digest.SHA512, Schema.TEXT.orNull(), hex(Digest.SHA512));
    }

    private static Function<BlobRecord, @Nullable String> hex(String algorithm) {
        return bytes ->
                bytes.digest().algorithm().equals(algorithm) ? bytes.digest().hex() : null;
    }

    static Listing<BlobRecord> list() {
        Listing<BlobRecord> listing = ResourceModel.listing(ARTIFACT, ArtifactService::id);
        UNKNOWN.forEach(algorithm -> listing.filter(algorithm, Schema.TEXT, List.of(Lookup.EXACT)));
        return listing.filter(Digest.SHA256, Schema.TEXT, List.of(Lookup.EXACT))
                .filter(Digest.SHA512, Schema.TEXT, List.of(Lookup.EXACT))
                .orders("sha256", "sha512", "size", "file")
                .sortedBy("-pulp_created,-pulp_id");
    }
}
