package dev.lading.secret;

import dev.lading.random.Randomness;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KmsException;

/** Keeps each data key under a stand-in for its ciphertext, with its encryption context. */
final class MemoryKms implements KmsClient {
    private record Given(SdkBytes key, Map<String, String> context) {}

    private final Map<SdkBytes, Given> given = new HashMap<>();
    int decrypted;
    boolean mayDecrypt = true;

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
        if (!mayDecrypt) {
            throw KmsException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("AccessDeniedException")
                            .build())
                    .build();
        }
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
