package dev.lading.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.random.Randomness;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;

/** Tests against a KMS in memory; localstack-tests use the emulator's. */
class KmsSealTest extends SealContract {
    private final Kms kms = new Kms();

    @Override
    protected Seal seal() {
        return new KmsSeal(kms, "alias/test");
    }

    @Override
    protected Seal foreignSeal() {
        return new KmsSeal(new Kms(), "alias/test");
    }

    @Test
    void a_process_that_opens_again_and_again_asks_once() {
        Seal seal = seal();
        String sealed = seal.seal("hunter2", "owner");

        for (int i = 0; i < 10; i++) {
            seal.open(sealed, "owner");
        }

        assertThat(kms.decrypted).isOne();
    }

    /** Keeps each data key under a stand-in for its ciphertext, with its encryption context. */
    private static final class Kms implements KmsClient {
        private record Given(SdkBytes key, Map<String, String> context) {}

        private final Map<SdkBytes, Given> given = new HashMap<>();
        private int decrypted;

        @Override
        public GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request) {
            SdkBytes key = SdkBytes.fromByteArray(Randomness.bytes(32));
            SdkBytes ciphertext = SdkBytes.fromUtf8String(UUID.randomUUID().toString());
            given.put(ciphertext, new Given(key, request.encryptionContext()));
            return GenerateDataKeyResponse.builder()
                    .plaintext(key)
                    .ciphertextBlob(ciphertext)
                    .build();
        }

        @Override
        public DecryptResponse decrypt(DecryptRequest request) {
            decrypted++;
            Given found = given.get(request.ciphertextBlob());
            if (found == null || !found.context().equals(request.encryptionContext())) {
                throw InvalidCiphertextException.builder().build();
            }
            return DecryptResponse.builder().plaintext(found.key()).build();
        }

        @Override
        public String serviceName() {
            return "kms";
        }

        @Override
        public void close() {}
    }
}
