package dev.lading.sync.demand;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobRecord;
import dev.lading.content.ListedBlobs;
import dev.lading.history.row.BlobEntry;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.BlobUnknown;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.upload.Chunk;
import dev.lading.upload.UploadService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Stores a blob as it comes from an upstream, and fills the rows that list it. */
final class BlobKeeping {
    private final ListedBlobs listed;
    private final UploadService uploads;

    BlobKeeping(ListedBlobs listed, UploadService uploads) {
        this.listed = listed;
        this.uploads = uploads;
    }

    /** A blob that came otherwise than its manifest says; asking again at once would bring the same. */
    static final class WrongBlob extends RuntimeException {
        private final String why;

        WrongBlob(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /** @throws WrongBlob if it has other content or another size; nothing of it is kept */
    BlobKey whole(RemoteClients.Lease lease, RepositoryName name, BlobEntry blob, InputStream body) {
        BlobKey upload = uploads.begin().key();
        try {
            return rest(lease, name, blob, upload, 0, body);
        } catch (RuntimeException e) {
            forget(upload, e);
            throw e;
        }
    }

    /** Stores a part that is followed by others. */
    void part(RemoteClients.Lease lease, BlobEntry blob, BlobKey upload, Chunk part) {
        try {
            uploads.append(upload, part);
        } catch (SizeInvalid e) {
            throw wrongSize(lease, blob);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stores what is left of a blob, and with it the blob. */
    BlobKey rest(
            RemoteClients.Lease lease,
            RepositoryName name,
            BlobEntry blob,
            BlobKey upload,
            long from,
            InputStream body) {
        var stored = new Stored(name, blob);
        var chunk = new Chunk(OptionalLong.of(from), OptionalLong.of(blob.sizeBytes() - from), body);
        try {
            uploads.finish(upload, chunk, blob.digest(), stored);
        } catch (DigestInvalid e) {
            throw new WrongBlob("blob " + blob.digest() + " of " + lease.upstream() + " came with other content: "
                    + e.getMessage() + "; nothing of it is kept");
        } catch (SizeInvalid e) {
            throw wrongSize(lease, blob);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lease.fetched(blob.sizeBytes());
        return stored.key.orElseThrow();
    }

    private static WrongBlob wrongSize(RemoteClients.Lease lease, BlobEntry blob) {
        return new WrongBlob("blob " + blob.digest() + " of " + lease.upstream() + " has not the " + blob.sizeBytes()
                + " bytes that its manifest says; nothing of it is kept");
    }

    /** Deletes an upload that will not be resumed. */
    void forget(BlobKey upload, Exception failure) {
        try {
            uploads.cancel(upload);
        } catch (UploadUnknown gone) {
            // As it should be.
            failure.addSuppressed(gone);
        } catch (RuntimeException | IOException e) {
            // The sweep deletes it later.
            failure.addSuppressed(e);
        }
    }

    /** Fills the rows that list a blob, in the transaction that stores its record. */
    private final class Stored implements UploadService.Claim {
        private final RepositoryName name;
        private final BlobEntry blob;
        private Optional<BlobKey> key = Optional.empty();

        Stored(RepositoryName name, BlobEntry blob) {
            this.name = name;
            this.blob = blob;
        }

        @Override
        public List<Write> on(BlobRecord bytes) {
            List<Write> writes = listed.filling(blob.repository(), bytes);
            if (writes.isEmpty()) {
                throw new BlobUnknown(name, blob.digest());
            }
            key = Optional.of(bytes.key());
            return writes;
        }
    }

    /** A blob at an upstream, for messages about a fetch that failed. */
    static String described(RepositoryName name, Digest digest) {
        return "(blob " + digest + " of '" + name + "', which is fetched when it is first pulled)";
    }
}
