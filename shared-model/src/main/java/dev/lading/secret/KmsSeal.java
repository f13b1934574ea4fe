package dev.lading.secret;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * Envelope encryption: each secret is sealed under a data key of its own, which AWS KMS generates and which is stored
 * beside it, encrypted by a KMS key. KMS itself takes 4 KB, an envelope takes anything. The owner is the encryption
 * context, so CloudTrail shows whose secret was opened by whom. Sealing alone needs no right to open.
 */
public final class KmsSeal implements Seal {
    private static final String CONTEXT = "owner";
    private static final char JOINT = '.';
    private static final String DENIED = "AccessDeniedException";

    /**
     * Time that data keys are cached: a sync opens the same few secrets again and again, so each of its functions asks
     * KMS once in this time.
     */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private static final int MAX_REMEMBERED = 1000;

    private final KmsClient kms;
    private final String keyId;
    private final Cache<Envelope, SealKey> opened = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MAX_REMEMBERED)
            .build();

    /** @param keyId a symmetric key's id or ARN, or an alias */
    public KmsSeal(KmsClient kms, String keyId) {
        this.kms = kms;
        this.keyId = keyId;
    }

    /** @param dataKey encrypted, in Base64 */
    private record Envelope(String dataKey, String owner) {}

    /** Whether a text has the form that KmsSeal seals to: no other seal's has the joint, which Base64 lacks. */
    static boolean isEnvelope(String sealed) {
        return sealed.indexOf(JOINT) >= 0;
    }

    @Override
    public String seal(String secret, String owner) {
        var dataKey = kms.generateDataKey(
                r -> r.keyId(keyId).keySpec(DataKeySpec.AES_256).encryptionContext(Map.of(CONTEXT, owner)));
        String sealed = new SealKey(dataKey.plaintext().asByteArray()).seal(secret, owner);
        return Base64.getEncoder().encodeToString(dataKey.ciphertextBlob().asByteArray()) + JOINT + sealed;
    }

    @Override
    public String open(String sealed, String owner) {
        if (!isEnvelope(sealed)) {
            throw new SealBroken(owner);
        }
        int joint = sealed.indexOf(JOINT);
        return opened.get(new Envelope(sealed.substring(0, joint), owner), this::decrypt)
                .open(sealed.substring(joint + 1), owner);
    }

    private SealKey decrypt(Envelope envelope) {
        try {
            var dataKey = SdkBytes.fromByteArray(Base64.getDecoder().decode(envelope.dataKey()));
            return new SealKey(kms.decrypt(r ->
                            r.keyId(keyId).ciphertextBlob(dataKey).encryptionContext(Map.of(CONTEXT, envelope.owner())))
                    .plaintext()
                    .asByteArray());
        } catch (InvalidCiphertextException
                | IncorrectKeyException
                | NotFoundException
                | IllegalArgumentException notOurs) {
            throw new SealBroken(envelope.owner());
        } catch (KmsException e) {
            // Who may only seal takes what was sealed for another secret than it is given, and seals again.
            if (e.awsErrorDetails() != null && DENIED.equals(e.awsErrorDetails().errorCode())) {
                throw new SealBroken(envelope.owner());
            }
            throw e;
        }
    }
}
