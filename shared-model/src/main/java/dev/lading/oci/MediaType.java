package dev.lading.oci;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;

/** A media type without parameters. An open set: unknown values survive. */
public record MediaType(@JsonValue String value) {
    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    /** Of the image-spec before 1.1 was done; signatures of that time are of it. */
    public static final MediaType OCI_ARTIFACT = new MediaType("application/vnd.oci.artifact.manifest.v1+json");

    public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

    /** Source: image-spec, layer.md, "Non-Distributable Layers"; docker's image manifest V2 schema 2, "foreign". */
    private static final Set<String> NOT_DISTRIBUTED = Set.of(
            "application/vnd.oci.image.layer.nondistributable.v1.tar",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            "application/vnd.docker.image.rootfs.foreign.diff.tar",
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

    /** Manifests that this registry does not take: docker's schema 1. */
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
     * Whether content of this type is asked for as a manifest; all else that an index names is a blob, as BuildKit's cache
     * has layers and its configuration there. A list that is closed, since those of containerd, which docker and BuildKit pull
     * with, and of go-containerregistry are.
     */
    public boolean isOfManifest() {
        return isManifest() || isIndex() || NOT_KEPT.contains(value);
    }

    /** Whether a layer of this type may be absent from every registry. */
    public boolean isNotDistributed() {
        return NOT_DISTRIBUTED.contains(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
