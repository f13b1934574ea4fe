package dev.lading.testing;

import static java.util.stream.Collectors.joining;

import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds manifests as clients push them. */
public final class Images {
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private Images() {}

    /**
     * @param blobs config first, then layers
     * @param note makes manifests of the same blobs differ
     */
    public static byte[] image(List<Digest> blobs, String note) {
        return manifest(blobs, Optional.empty(), note);
    }

    public static byte[] referrer(Digest config, Digest subject, String note) {
        return manifest(List.of(config), Optional.of(subject), note);
    }

    public static byte[] index(List<Digest> manifests, String note) {
        return """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s],"annotations":{"note":"%s"}}""".formatted(MediaType.OCI_INDEX, descriptors(manifests.stream(), MediaType.OCI_MANIFEST.value()), note)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] manifest(List<Digest> blobs, Optional<Digest> subject, String note) {
        return """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]%s,"annotations":{"note":"%s"}}""".formatted(
                        MediaType.OCI_MANIFEST,
                        descriptors(blobs.stream().limit(1), EMPTY),
                        descriptors(blobs.stream().skip(1), LAYER),
                        subject.map(s -> ",\"subject\":" + descriptors(Stream.of(s), MediaType.OCI_MANIFEST.value()))
                                .orElse(""),
                        note)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String descriptors(Stream<Digest> digests, String mediaType) {
        return digests.map(digest -> """
                        {"mediaType":"%s","digest":"%s","size":1}""".formatted(mediaType, digest)).collect(joining(","));
    }
}
