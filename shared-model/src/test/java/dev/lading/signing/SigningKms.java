package dev.lading.signing;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** Keys on NIST P-256 by their ARNs, of which an alias leads to the last. Signs digests alone. */
final class SigningKms implements KmsClient {
    static final String ALIAS = "alias/bundles";

    private static final int DIGEST_BYTES = 32;

    private final Map<String, KeyPair> keys = new HashMap<>();
    private String last = "";

    /** What is said of each key. */
    KeySpec spec = KeySpec.ECC_NIST_P256;

    KeyUsageType usage = KeyUsageType.SIGN_VERIFY;
    Optional<KmsException> refusal = Optional.empty();
    int shown;

    SigningKms() {
        make();
    }

    /** Another key, which the alias leads to from now on. */
    void make() {
        last = "arn:aws:kms:eu-central-1:111122223333:key/" + keys.size();
        keys.put(last, pair());
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private String arn(String id) {
        refusal.ifPresent(e -> {
            throw e;
        });
        return id.equals(ALIAS) ? last : id;
    }

    private KeyPair key(String id) {
        return Optional.ofNullable(keys.get(arn(id))).orElseThrow(() -> new AssertionError(id));
    }

    @Override
    public GetPublicKeyResponse getPublicKey(GetPublicKeyRequest request) {
        shown++;
        return GetPublicKeyResponse.builder()
                .keyId(arn(request.keyId()))
                .keySpec(spec)
                .keyUsage(usage)
                .publicKey(
                        SdkBytes.fromByteArray(key(request.keyId()).getPublic().getEncoded()))
                .build();
    }

    @Override
    public SignResponse sign(SignRequest request) {
        byte[] message = request.message().asByteArray();
        if (message.length != DIGEST_BYTES
                || request.messageType() != MessageType.DIGEST
                || request.signingAlgorithm() != SigningAlgorithmSpec.ECDSA_SHA_256) {
            throw new AssertionError(request);
        }
        try {
            Signature signing = Signature.getInstance("NONEwithECDSA");
            signing.initSign(key(request.keyId()).getPrivate());
            signing.update(message);
            return SignResponse.builder()
                    .keyId(arn(request.keyId()))
                    .signature(SdkBytes.fromByteArray(signing.sign()))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String serviceName() {
        return "kms";
    }

    @Override
    public void close() {}
}
