package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;

/**
 * A statement about an image. The same one has the same bytes. Source: in-toto attestation framework, "Statement" v1.
 *
 * @param name of the image, for people: verifiers compare the digest
 * @param image the manifest's digest
 */
public record Statement(String name, Digest image, Predicate predicate) {
    /** The media type of its bytes. */
    static final MediaType MEDIA_TYPE = new MediaType("application/vnd.in-toto+json");

    /** The annotation of its artifact. */
    static final String PREDICATE = "in-toto.io/predicate-type";

    private static final String TYPE = "https://in-toto.io/Statement/v1";

    public byte[] bytes() {
        ObjectNode root = ParseRoom.JSON.createObjectNode().put("_type", TYPE);
        ObjectNode subject = root.putArray("subject").addObject().put("name", name);
        subject.putObject("digest").put(image.algorithm(), image.hex());
        root.put("predicateType", predicate.type()).putRawValue("predicate", new RawValue(predicate.json()));
        return root.toString().getBytes(UTF_8);
    }
}
