package dev.lading.signing;

import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleSignature;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RegistryException.KeyUnusable;
import dev.lading.oci.RegistryException.StoreBusy;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.UnsupportedOperationException;

/**
 * An asymmetric key of AWS KMS, which never leaves it. KMS gets the SHA-256 of a text, since it takes no more than 4 KB.
 * Its signatures of one text differ.
 */
public final class KmsBundleKeys implements BundleKeys {
    private static final String DENIED = "AccessDeniedException";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final HexFormat HEX = HexFormat.of();

    private final KmsClient kms;
    private final String keyId;
    private volatile Optional<Found> found = Optional.empty();

    /** @param keyId of a key for signing on the curve NIST P-256: its id or ARN, or an alias */
    public KmsBundleKeys(KmsClient kms, String keyId) {
        this.kms = kms;
        this.keyId = keyId;
    }

    /** @param arn of the key itself: an alias may lead to another one by the time that something is signed */
    private record Found(String arn, PublicKey publicKey) {}

    @Override
    public BundleKey signer() {
        Found key = find();
        return text -> new BundleSignature(
                BundleSignature.ECDSA, BundleSignature.name(key.publicKey()), HEX.formatHex(sign(key, text)));
    }

    @Override
    public PublicKey publicKey() {
        return find().publicKey();
    }

    private byte[] sign(Found key, byte[] text) {
        byte[] digest = Digest.hasher(Digest.SHA256).digest(text);
        return asked(() -> kms.sign(r -> r.keyId(key.arn())
                        .message(SdkBytes.fromByteArray(digest))
                        .messageType(MessageType.DIGEST)
                        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)))
                .signature()
                .asByteArray();
    }

    private Found find() {
        return found.orElseGet(() -> {
            Found read = read();
            found = Optional.of(read);
            return read;
        });
    }

    private Found read() {
        GetPublicKeyResponse key = asked(() -> kms.getPublicKey(r -> r.keyId(keyId)));
        if (key.keySpec() != KeySpec.ECC_NIST_P256 || key.keyUsage() != KeyUsageType.SIGN_VERIFY) {
            throw otherSpec("is " + key.keySpecAsString() + " for " + key.keyUsageAsString());
        }
        return new Found(key.keyId(), PublicKeys.of(key.publicKey().asByteArray()));
    }

    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KmsException e) {
            throw refusal(e).orElseThrow(() -> e);
        }
    }

    /** Empty: nobody knows what would help. */
    private Optional<RegistryException> refusal(KmsException e) {
        if (e.isThrottlingException()) {
            return Optional.of(new StoreBusy("AWS KMS takes no more requests for " + named() + " now", RETRY_AFTER));
        }
        if (e.awsErrorDetails() != null && DENIED.equals(e.awsErrorDetails().errorCode())) {
            return Optional.of(
                    new KeyUnusable(
                            "this registry may not use " + named()
                                    + ": allow its role kms:GetPublicKey and kms:Sign on the key, and see that the key's policy does, too"));
        }
        return switch (e) {
            case NotFoundException _ ->
                Optional.of(new KeyUnusable("there is no " + named()
                        + " in this region: name another, which the other side must be told to trust"));
            case DisabledException _ -> Optional.of(new KeyUnusable(named() + " is disabled: enable it"));
            case KmsInvalidStateException _ ->
                Optional.of(new KeyUnusable(named()
                        + " cannot be used as it is, such as when it is to be deleted: cancel that, or name another,"
                        + " which the other side must be told to trust"));
            case InvalidKeyUsageException _, UnsupportedOperationException _ ->
                Optional.of(otherSpec("is none that signs"));
            default -> Optional.empty();
        };
    }

    private KeyUnusable otherSpec(String what) {
        return new KeyUnusable(named() + " " + what + ", and bundles need " + KeySpec.ECC_NIST_P256 + " for "
                + KeyUsageType.SIGN_VERIFY + ": name another key");
    }

    private String named() {
        return "the KMS key " + keyId + " that signs bundles";
    }
}
