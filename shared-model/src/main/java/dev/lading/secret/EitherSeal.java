package dev.lading.secret;

/**
 * Seals by one seal and opens by the one that sealed, so that a deployment may change which it uses and lose nothing
 * that was sealed before.
 */
public final class EitherSeal implements Seal {
    private final KmsSeal kms;
    private final StoredKeySeal stored;
    private final Seal sealing;

    private EitherSeal(KmsSeal kms, StoredKeySeal stored, Seal sealing) {
        this.kms = kms;
        this.stored = stored;
        this.sealing = sealing;
    }

    /** New secrets are sealed under the KMS key. */
    public static EitherSeal byKms(KmsSeal kms, StoredKeySeal stored) {
        return new EitherSeal(kms, stored, kms);
    }

    /** New secrets are sealed under the stored key. */
    public static EitherSeal byStoredKey(KmsSeal kms, StoredKeySeal stored) {
        return new EitherSeal(kms, stored, stored);
    }

    @Override
    public String seal(String secret, String owner) {
        return sealing.seal(secret, owner);
    }

    @Override
    public String open(String sealed, String owner) {
        return KmsSeal.isEnvelope(sealed) ? kms.open(sealed, owner) : stored.open(sealed, owner);
    }
}
