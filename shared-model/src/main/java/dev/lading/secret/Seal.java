package dev.lading.secret;

/**
 * Makes secrets unreadable to whoever sees no more than the records they are kept in. There may be any number of them, of
 * any length: nothing is kept for each.
 */
public interface Seal {
    /**
     * Something to keep in place of a secret; another each time.
     *
     * @param owner what the secret belongs to; it opens for no other
     */
    String seal(String secret, String owner);

    /**
     * The secret that was sealed.
     *
     * @throws SealBroken if it was sealed for another owner, under another key, or was changed since
     */
    String open(String sealed, String owner);
}
