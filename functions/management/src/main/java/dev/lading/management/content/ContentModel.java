package dev.lading.management.content;

import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.TypeFilters;
import dev.lading.metadata.Labels;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.operation.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Content as the API shows it. */
public final class ContentModel {
    private static final List<String> MEDIA_TYPES = List.of(
            "application/vnd.docker.distribution.manifest.v1+json",
            MediaType.DOCKER_MANIFEST.value(),
            MediaType.DOCKER_LIST.value(),
            MediaType.OCI_MANIFEST.value(),
            MediaType.OCI_INDEX.value());

    public static final Schema MEDIA_TYPE = Schema.oneOf(MEDIA_TYPES);

    /**
     * A unit with details that are looked up only if they are shown or filtered by.
     *
     * @param manifest the manifest itself, or the one a tag is on
     * @param manifestHref of the manifest a tag is on
     */
    public record Shown(
            ContentUnit unit,
            Supplier<Labels> labels,
            Supplier<Optional<ManifestDetail>> manifest,
            Supplier<Optional<String>> manifestHref) {
        UUID id() {
            return unit.id();
        }

        Instant created() {
            return unit.created();
        }

        Digest digest() {
            return unit.digest();
        }
    }

    static final Model<Shown> BLOB = describe(ResourceType.BLOB, "container.Blob")
            .tells("artifact", Schema.URI.orNull(), shown -> null)
            .tells("digest", Schema.TEXT, Shown::digest);

    static final Model<Shown> TAG = describe(ResourceType.TAG, "container.Tag")
            .tells("name", Schema.TEXT, shown -> shown.unit().tag())
            .tells("tagged_manifest", Schema.URI, shown -> shown.manifestHref().get());

    static final Model<Shown> MANIFEST = describe(ResourceType.MANIFEST, "container.Manifest")
            .tells("digest", Schema.TEXT, Shown::digest)
            .tells("schema_version", Schema.INTEGER, shown -> 2)
            .tells("media_type", Schema.TEXT, of(ManifestDetail::mediaType))
            .tells("listed_manifests", Schema.listOf(Schema.URI), list(ManifestDetail::listedManifests))
            .shows("config_blob", Schema.URI, of(detail -> detail.configBlob().orElse(null)))
            .tells("blobs", Schema.listOf(Schema.URI), list(ManifestDetail::layers))
            .shows("annotations", Schema.OBJECT, of(ManifestDetail::annotations))
            .shows("labels", Schema.OBJECT, of(ManifestDetail::labels))
            .shows("is_bootable", Schema.BOOLEAN.orElse(false), of(ManifestDetail::isBootable))
            .shows("is_flatpak", Schema.BOOLEAN.orElse(false), of(ManifestDetail::isFlatpak))
            .shows("type", Schema.TEXT, of(ManifestDetail::type))
            .shows(
                    "architecture",
                    Schema.TEXT,
                    of(detail -> detail.architecture().orElse(null)))
            .shows("os", Schema.TEXT, of(detail -> detail.os().orElse(null)))
            .shows(
                    "compressed_image_size",
                    Schema.INTEGER,
                    of(detail -> detail.compressedSize().orElse(null)));

    /**
     * Model of signatures, of which there are none: Lading stores signatures as manifests with a subject, as cosign and
     * notation push them.
     */
    static final Model<Shown> SIGNATURE = describe(ResourceType.SIGNATURE, "container.ManifestSignature")
            .tells("name", Schema.TEXT, ContentModel::none)
            .tells("digest", Schema.TEXT, ContentModel::none)
            .tells("type", Schema.TEXT, ContentModel::none)
            .tells("key_id", Schema.TEXT, ContentModel::none)
            .tells("fingerprint", Schema.TEXT.orNull(), ContentModel::none)
            .tells("timestamp", Schema.INTEGER, ContentModel::none)
            .tells("creator", Schema.TEXT, ContentModel::none)
            .tells("signed_manifest", Schema.URI, ContentModel::none);

    /** Model of a list of all kinds of content. */
    static final Model<Shown> ANY = new Model<Shown>("MultipleArtifactContent")
            .shows("pulp_href", Schema.URI, shown -> ContentReferences.href(shown.unit()))
            .shows(
                    "prn",
                    Schema.TEXT,
                    shown -> ContentReferences.kind(shown.unit().kind()).prn(shown.id()))
            .shows("pulp_created", Schema.TIME, Shown::created)
            .shows("pulp_last_updated", Schema.TIME, Shown::created)
            .allows("pulp_labels", Schema.LABELS, shown -> shown.labels().get())
            .shows("vuln_report", Schema.URI, shown -> null)
            .tells("artifacts", Schema.OBJECT, shown -> Map.of());

    public static final List<Model<?>> MODELS = List.of(BLOB, TAG, MANIFEST, SIGNATURE, ANY);

    private ContentModel() {}

    private static Model<Shown> describe(ResourceType type, String name) {
        return ResourceModel.<Shown>model(type, name, Shown::id, Shown::created, Shown::created)
                .shows("pulp_labels", Schema.LABELS, shown -> shown.labels().get())
                .shows("vuln_report", Schema.URI, shown -> null);
    }

    private static Function<Shown, Object> of(Function<ManifestDetail, ?> value) {
        return shown -> shown.manifest().get().map(value).orElse(null);
    }

    private static Function<Shown, Object> list(Function<ManifestDetail, List<String>> value) {
        return shown -> shown.manifest().get().map(value).orElse(List.of());
    }

    private static Object none(Shown shown) {
        throw new IllegalStateException("there are no signatures");
    }

    static Listing<Shown> tags() {
        return listing(TAG)
                .filter("name", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .filter(TypeFilters.anyOf("digest", Schema.TEXT, Shown::digest))
                .filter(TypeFilters.anyOf("media_type", MEDIA_TYPE, of(ManifestDetail::mediaType)))
                .orders("name");
    }

    static Listing<Shown> manifests() {
        return listing(MANIFEST)
                .filter("digest", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .filter(TypeFilters.anyOf("media_type", MEDIA_TYPE, of(ManifestDetail::mediaType)))
                .filter("is_bootable", Schema.BOOLEAN, List.of(Lookup.EXACT))
                .filter("is_flatpak", Schema.BOOLEAN, List.of(Lookup.EXACT))
                .orders(
                        "digest",
                        "media_type",
                        "schema_version",
                        "type",
                        "architecture",
                        "os",
                        "compressed_image_size",
                        "is_bootable",
                        "is_flatpak",
                        "annotations",
                        "labels");
    }

    static Listing<Shown> blobs() {
        return listing(BLOB)
                .filter("digest", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .orders("digest");
    }

    static Listing<Shown> signatures() {
        return listing(SIGNATURE)
                .filter("name", Schema.TEXT, Lookup.NAMES)
                .filter("digest", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .filter("key_id", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .filter(TypeFilters.anyOf("manifest", Schema.TEXT, ContentModel::none))
                .orders("name", "digest", "key_id", "type", "fingerprint", "timestamp", "creator");
    }

    static Listing<Shown> any() {
        return new Listing<>(ANY)
                .identified()
                .filter("pulp_id", Schema.UUID, List.of(Lookup.IN), Shown::id)
                .labelled(shown -> shown.labels().get().values())
                .filter(
                        "pulp_type",
                        Schema.oneOf(List.of(
                                "container.blob", "container.manifest", "container.signature", "container.tag")),
                        List.of(Lookup.EXACT, Lookup.IN),
                        ContentModel::type)
                .order("pk", Shown::id)
                .sortedBy("-pk");
    }

    private static Listing<Shown> listing(Model<Shown> model) {
        return ResourceModel.listing(model, Shown::id)
                .labelled(shown -> shown.labels().get().values())
                .order("pulp_labels", shown -> shown.labels().get().values().toString())
                .order("pulp_type", ContentModel::type)
                .sortedBy("-pulp_created,-pulp_id");
    }

    private static String type(Shown shown) {
        return ContentReferences.kind(shown.unit().kind()).label();
    }
}
