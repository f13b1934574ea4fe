package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.bundle.BundleSignature;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigstoreBundleTest {
    private static final byte[] STATEMENT = "{\"_type\":\"ü\"}".getBytes(UTF_8);

    private static KeyPair pair(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    /** The example of DSSE's "Protocol". */
    @Test
    void type_and_payload_are_signed_with_their_lengths() {
        assertThat(SigstoreBundle.preAuthentication("http://example.com/HelloWorld", "hello world".getBytes(UTF_8)))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world".getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "EC"})
    void what_is_signed_is_verified_by_the_key_of_the_hint(String algorithm) throws Exception {
        KeyPair pair = pair(algorithm);

        JsonNode bundle = new ObjectMapper()
                .readTree(SigstoreBundle.of(STATEMENT, BundleSignature.by(pair.getPrivate(), pair.getPublic())));

        assertThat(bundle.properties())
                .extracting(field -> field.getKey())
                .containsExactly("mediaType", "verificationMaterial", "dsseEnvelope");
        assertThat(bundle.path("mediaType").asText()).isEqualTo("application/vnd.dev.sigstore.bundle.v0.3+json");
        byte[] name =
                MessageDigest.getInstance("SHA-256").digest(pair.getPublic().getEncoded());
        assertThat(bundle.path("verificationMaterial").toString())
                .isEqualTo("{\"publicKey\":{\"hint\":\"" + Base64.getEncoder().encodeToString(name) + "\"}}");
        JsonNode envelope = bundle.path("dsseEnvelope");
        assertThat(envelope.path("payloadType").asText()).isEqualTo("application/vnd.in-toto+json");
        assertThat(envelope.path("payload").binaryValue()).isEqualTo(STATEMENT);
        assertThat(envelope.path("signatures")).hasSize(1);
        byte[] signed = "DSSEv1 28 application/vnd.in-toto+json 14 {\"_type\":\"ü\"}".getBytes(UTF_8);
        Signature check = Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : "Ed25519");
        check.initVerify(pair.getPublic());
        check.update(signed);
        assertThat(check.verify(envelope.path("signatures").get(0).path("sig").binaryValue()))
                .isTrue();
    }
}
