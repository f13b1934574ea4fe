package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleSignature;
import dev.lading.oci.MediaType;
import dev.lading.oci.ParseRoom;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A signed statement with what it is verified by, without an entry of a transparency log. Sources: sigstore
 * protobuf-specs, "Bundle" v0.3; DSSE v1, "Protocol" and "Envelope".
 */
final class SigstoreBundle {
    static final MediaType TYPE = new MediaType("application/vnd.dev.sigstore.bundle.v0.3+json");

    /** Annotations of its artifact. */
    static final String CONTENT = "dev.sigstore.bundle.content";

    static final String PREDICATE = "dev.sigstore.bundle.predicateType";

    private SigstoreBundle() {}

    static byte[] of(byte[] statement, BundleKey key) {
        BundleSignature signature = key.sign(preAuthentication(Statement.MEDIA_TYPE.value(), statement));
        Base64.Encoder base64 = Base64.getEncoder();
        ObjectNode root = ParseRoom.JSON.createObjectNode().put("mediaType", TYPE.value());
        // The hint that cosign gives, by which a verifier with many keys finds the right one.
        byte[] hint = HexFormat.of().parseHex(signature.key());
        root.putObject("verificationMaterial").putObject("publicKey").put("hint", base64.encodeToString(hint));
        ObjectNode envelope = root.putObject("dsseEnvelope")
                .put("payload", base64.encodeToString(statement))
                .put("payloadType", Statement.MEDIA_TYPE.value());
        envelope.putArray("signatures").addObject().put("sig", base64.encodeToString(signature.bytes()));
        return root.toString().getBytes(UTF_8);
    }

    /** What is signed: the type as well as the payload, so that one is never taken for another. */
    static byte[] preAuthentication(String type, byte[] payload) {
        var text = new ByteArrayOutputStream(payload.length + 100);
        text.writeBytes(("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ").getBytes(US_ASCII));
        text.writeBytes(payload);
        return text.toByteArray();
    }
}
