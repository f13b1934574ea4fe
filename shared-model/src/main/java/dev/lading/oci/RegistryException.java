package dev.lading.oci;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * An error of the registry's rules. The message is a sentence for the user of the client: what is wrong and, where it
 * is not plain, what to do. Knows nothing of HTTP.
 */
public abstract sealed class RegistryException extends RuntimeException {
    private RegistryException(String message) {
        // Thrown to answer a client, not to find a bug: no stack is read, so none is walked.
        super(message, null, false, false);
    }

    @Override
    public final String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public static final class NameInvalid extends RegistryException {
        public NameInvalid(String name) {
            super("'" + shorten(name) + "' is not a repository name: use lower-case letters, digits and single"
                    + " separators (. _ __ -), parts joined by /, at most " + RepositoryName.MAX_LENGTH
                    + " characters");
        }
    }

    public static final class NameUnknown extends RegistryException {
        public NameUnknown(RepositoryName name) {
            super("there is no repository '" + name + "'; pushing to a name makes it");
        }

        /** @param why it is not pulled through; clients of Pulp look for the first words */
        public NameUnknown(RepositoryName name, String why) {
            super("Repository not found: there is no '" + name + "', and " + why);
        }
    }

    public static final class TagInvalid extends RegistryException {
        public TagInvalid(String tag) {
            super("'" + shorten(tag)
                    + "' is not a tag: use letters, digits, . _ - (not first), at most 128 characters");
        }
    }

    public static final class DigestInvalid extends RegistryException {
        public DigestInvalid(String digest) {
            super("'" + shorten(digest) + "' is not a digest: sha256: or sha512: and lower-case hex are expected");
        }

        public DigestInvalid(Digest named, Digest found) {
            super("the content sent has the digest " + found + ", not " + named + " as named");
        }
    }

    public static final class BlobUnknown extends RegistryException {
        public BlobUnknown(RepositoryName name, Digest digest) {
            super("repository '" + name + "' has no blob " + digest);
        }
    }

    public static final class BlobInUse extends RegistryException {
        public BlobInUse(Digest blob, Digest manifest) {
            super("blob " + blob + " is named by manifest " + manifest + "; delete that manifest first");
        }
    }

    public static final class ManifestUnknown extends RegistryException {
        public ManifestUnknown(RepositoryName name, Reference reference) {
            super("repository '" + name + "' has no manifest '" + reference + "'");
        }

        /** @param why nothing was fetched */
        public ManifestUnknown(RepositoryName name, Reference reference, String why) {
            super("repository '" + name + "' has no manifest '" + reference + "': " + why);
        }
    }

    public static final class ManifestInUse extends RegistryException {
        public ManifestInUse(Digest manifest, Digest index) {
            super("manifest " + manifest + " is named by index " + index + "; delete that index first");
        }
    }

    /** The manifest exists, in a media type that the client does not accept. */
    public static final class ManifestNotAcceptable extends RegistryException {
        public ManifestNotAcceptable(Reference reference, MediaType mediaType) {
            super("manifest '" + reference + "' is of type " + mediaType + ", which the Accept header leaves out");
        }
    }

    public static final class ManifestInvalid extends RegistryException {
        public ManifestInvalid(String why) {
            super("not a valid manifest: " + why);
        }
    }

    public static final class ManifestTooLarge extends RegistryException {
        public ManifestTooLarge(long limitBytes) {
            super("a manifest may have at most " + limitBytes + " bytes");
        }
    }

    public static final class ManifestBlobUnknown extends RegistryException {
        private final List<Digest> missing;

        public ManifestBlobUnknown(RepositoryName name, List<Digest> missing) {
            super("the manifest names content that repository '" + name + "' does not have; push it first: "
                    + shorten(missing.toString()));
            this.missing = List.copyOf(missing);
        }

        public List<Digest> missing() {
            return missing;
        }
    }

    public static final class UploadUnknown extends RegistryException {
        public UploadUnknown() {
            super("there is no such upload: it was finished, cancelled or expired; start again with a POST");
        }
    }

    /** The chunk does not start where the upload ends, or another request is writing to the upload. */
    public static final class UploadOutOfOrder extends RegistryException {
        private final long storedBytes;

        public UploadOutOfOrder(long storedBytes, String why) {
            super(why + "; the next chunk starts at byte " + storedBytes);
            this.storedBytes = storedBytes;
        }

        public long storedBytes() {
            return storedBytes;
        }
    }

    public static final class SizeInvalid extends RegistryException {
        public SizeInvalid(String why) {
            super(why);
        }
    }

    public static final class RangeInvalid extends RegistryException {
        private final long sizeBytes;

        public RangeInvalid(String range, long sizeBytes) {
            super("range '" + shorten(range) + "' lies outside the blob's " + sizeBytes + " bytes");
            this.sizeBytes = sizeBytes;
        }

        public long sizeBytes() {
            return sizeBytes;
        }
    }

    public static final class QueryInvalid extends RegistryException {
        public QueryInvalid(String why) {
            super(why);
        }
    }

    /** A value given by an administrator is invalid. */
    public static final class FieldInvalid extends RegistryException {
        private final String field;

        /** @param field as spelled in Pulp's API */
        public FieldInvalid(String field, String why) {
            super(why);
            this.field = field;
        }

        public String field() {
            return field;
        }
    }

    /** An entity given by its id does not exist. */
    public static final class EntityUnknown extends RegistryException {
        /** @param what noun, as in "repository" */
        public EntityUnknown(String what, Object id) {
            super("there is no " + what + " " + id);
        }
    }

    /** An entity that others depend on cannot be deleted or changed. */
    public static final class EntityInUse extends RegistryException {
        public EntityInUse(String why) {
            super(why);
        }
    }

    /** An upstream refuses content, or sends something else. */
    public static final class UpstreamFailed extends RegistryException {
        /** @param why names the upstream, the content and what to do; never a credential */
        public UpstreamFailed(String why) {
            super(why);
        }
    }

    public static sealed class Unauthorized extends RegistryException {
        public Unauthorized(String why) {
            super(why);
        }
    }

    /** Credentials were sent that are wrong or expired. Without any, the request might have been served. */
    public static final class CredentialsRefused extends Unauthorized {
        public CredentialsRefused(String why) {
            super(why);
        }
    }

    /** The caller is authenticated and not permitted; other credentials would not help. */
    public static final class Denied extends RegistryException {
        public Denied(String why) {
            super(why);
        }
    }

    /** A refusal for now: sent again after a while, the request may be answered. */
    public abstract static sealed class RetryLater extends RegistryException {
        private final Duration retryAfter;

        private RetryLater(String message, Duration retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        public final Duration retryAfter() {
            return retryAfter;
        }
    }

    /** Too many wrong passwords came from the caller's address, so that none is checked for now. */
    public static final class TooManyGuesses extends RetryLater {
        public TooManyGuesses(Duration retryAfter) {
            super(
                    "too many wrong passwords came from your address; try again in " + retryAfter.toSeconds()
                            + " s, with the right one",
                    retryAfter);
        }
    }

    /** The caller asked for more than one may. */
    public static final class TooManyRequests extends RetryLater {
        public TooManyRequests(String why, Duration retryAfter) {
            super(why + "; try again in " + retryAfter.toSeconds() + " s", retryAfter);
        }
    }

    /** Another writer holds what the request needs, or too much is under way. */
    public static final class StoreBusy extends RetryLater {
        public StoreBusy(String why, Duration retryAfter) {
            super(why + "; try again in " + retryAfter.toSeconds() + " s", retryAfter);
        }
    }

    /** So much is asked of upstreams already that no more is. */
    public static final class UpstreamBusy extends RetryLater {
        /** @param what is asked for, in words that tell nothing of others' pulls */
        public UpstreamBusy(String what, Duration retryAfter) {
            super(
                    "too much is fetched from upstreams at this moment to begin with " + what + ", too; try again in "
                            + retryAfter.toSeconds() + " s",
                    retryAfter);
        }
    }

    /** A blob comes from its upstream, and takes longer than a request may. */
    public static final class BlobOnItsWay extends RetryLater {
        public BlobOnItsWay(Digest digest, String upstreamName, Duration retryAfter) {
            super(
                    "blob " + digest + " is still on its way from '" + upstreamName
                            + "' of the upstream; pull again in " + retryAfter.toSeconds()
                            + " s, and what has come counts",
                    retryAfter);
        }
    }

    /** As many uploads are under way in this process as its disk has room for. Nothing of this one was taken. */
    public static final class SpoolFull extends RetryLater {
        private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

        public SpoolFull() {
            super(
                    "as many uploads are under way here as the disk has room for; nothing of this one was taken. Try"
                            + " again in " + RETRY_AFTER.toSeconds() + " s",
                    RETRY_AFTER);
        }
    }

    /** The storage is full. What is stored is intact, and reads still work. */
    public static final class StoreFull extends RegistryException {
        public StoreFull(String where) {
            super("the registry has no room left to store this (" + where
                    + "); nothing was changed. Its operator must free or add space");
        }
    }

    /** The key that is to sign cannot. Nothing was signed by another. */
    public static final class KeyUnusable extends RegistryException {
        /** @param why names the key, and says what its operator is to do */
        public KeyUnusable(String why) {
            super(why);
        }
    }

    /** A build ended without an image. */
    public static final class BuildFailed extends RegistryException {
        /** @param why what in the Containerfile, its context or its limits it was */
        public BuildFailed(String why) {
            super(why);
        }
    }

    private static String shorten(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }
}
