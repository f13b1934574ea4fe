package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A media type without parameters. An open set: unknown values survive. */
public record MediaType(@JsonValue String value) {
    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    /** The artifact manifest of drafts of image-spec 1.1; signatures of that time are of this type. */
    public static final MediaType OCI_ARTIFACT = new MediaType("application/vnd.oci.artifact.manifest.v1+json");

    public static final MediaType OCI_CONFIGURATION = new MediaType("application/vnd.oci.image.config.v1+json");
    public static final MediaType OCI_LAYER = new MediaType("application/vnd.oci.image.layer.v1.tar");
    public static final MediaType OCI_LAYER_GZIP = new MediaType(OCI_LAYER.value + "+gzip");

    /** Docker's names of layers, and those of OCI for the same bytes. */
    private static final Map<String, String> OCI_LAYERS = Map.of(
            "application/vnd.docker.image.rootfs.diff.tar",
            OCI_LAYER.value,
            "application/vnd.docker.image.rootfs.diff.tar.gzip",
            OCI_LAYER_GZIP.value,
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");

    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

    /**
     * Layer types that registries need not have. Source: image-spec, layer.md, "Non-Distributable Layers"; docker's
     * image manifest V2 schema 2, "foreign".
     */
    private static final Set<String> NOT_DISTRIBUTED = Set.of(
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            "application/vnd.docker.image.rootfs.foreign.diff.tar",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

    /** Manifest types that this registry does not accept: docker's schema 1. */
    private static final Set<String> NOT_KEPT = Set.of(
            "application/vnd.docker.distribution.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v1+prettyjws");

    @JsonCreator
    public MediaType {}

    /**
     * The media type of a {@code Content-Type} header, without parameters, in lower case: a header's case means nothing.
     * Source: RFC 9110, section 8.3.1.
     */
    public static MediaType ofHeader(String contentType) {
        return new MediaType(contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }

    public boolean isManifest() {
        return equals(OCI_MANIFEST) || equals(DOCKER_MANIFEST) || equals(OCI_ARTIFACT);
    }

    public boolean isIndex() {
        return equals(OCI_INDEX) || equals(DOCKER_LIST);
    }

    /**
     * Whether content of this type is requested as a manifest; everything else in an index is a blob, as BuildKit's
     * cache lists its layers and configuration there. The list is closed, as are those of containerd, which docker and
     * BuildKit pull with, and of go-containerregistry.
     */
    public boolean isOfManifest() {
        return isManifest() || isIndex() || NOT_KEPT.contains(value);
    }

    /** Whether a layer of this type may be missing from every registry. */
    public boolean isNotDistributed() {
        return NOT_DISTRIBUTED.contains(value);
    }

    /** The type that OCI has for a layer of this type; this one, if it is another. */
    public MediaType ofOciLayer() {
        return new MediaType(OCI_LAYERS.getOrDefault(value, value));
    }

    @Override
    public String toString() {
        return value;
    }
}
