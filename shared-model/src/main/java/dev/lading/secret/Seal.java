package dev.lading.secret;

/**
 * Encrypts secrets so that reading the records they are stored in does not reveal them. Their number and length are not
 * limited: no state is kept for each.
 */
public interface Seal {
    /**
     * Seals a secret for storage; the result differs each time.
     *
     * @param owner of the secret, which opens for no other
     */
    String seal(String secret, String owner);

    /**
     * Opens a sealed secret.
     *
     * @throws SealBroken if it was sealed for another owner, under another key, or was changed since
     */
    String open(String sealed, String owner);
}
