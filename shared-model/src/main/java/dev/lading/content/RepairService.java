package dev.lading.content;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobStore;
import dev.lading.commit.Progress;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.repository.VersionService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Verifies that the stored bytes of a version are those that were pushed. It reports and repairs nothing. */
public final class RepairService {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final VersionService versions;
    private final BlobStore blobs;

    public RepairService(VersionService versions, BlobStore blobs) {
        this.versions = versions;
        this.blobs = blobs;
    }

    /**
     * The result of a check.
     *
     * @param checked number of blobs and manifests
     * @param missing units whose bytes are not there
     * @param corrupted units whose bytes differ, or are too few
     */
    public record Report(long checked, List<ContentUnit> missing, List<ContentUnit> corrupted) {}

    /** Stored bytes of a version, with their expected digest and size. */
    private record Bytes(ContentUnit unit, Digest digest, long sizeBytes, Opening opening) {}

    /** Opens stored bytes; empty size: there are none. */
    private interface Opening {
        OptionalLong sizeBytes() throws IOException;

        InputStream open() throws IOException;
    }

    /**
     * Reads all bytes of a version once.
     *
     * @param verifyDigests false: only check that they are there, in full length
     * @throws dev.lading.oci.RegistryException.EntityUnknown if there is no such version
     */
    public Report check(RepositoryId repository, long version, boolean verifyDigests, Progress progress)
            throws IOException {
        RepositoryView view = versions.view(repository, version);
        var present = versions.get(repository, version).present();
        OptionalLong total = OptionalLong.of(present.blobs() + present.manifests());
        Iterator<Bytes> all = Stream.concat(
                        view.stream(BlobEntry.TABLE).map(this::bytes),
                        view.stream(ManifestEntry.TABLE).map(this::bytes))
                .iterator();
        List<ContentUnit> missing = new ArrayList<>();
        List<ContentUnit> corrupted = new ArrayList<>();
        long checked = 0;
        while (all.hasNext()) {
            Bytes bytes = all.next();
            OptionalLong sizeBytes = bytes.opening().sizeBytes();
            if (sizeBytes.isEmpty()) {
                missing.add(bytes.unit());
            } else if (sizeBytes.getAsLong() != bytes.sizeBytes() || (verifyDigests && !isWhole(bytes))) {
                corrupted.add(bytes.unit());
            }
            progress.at(++checked, total);
        }
        return new Report(checked, missing, corrupted);
    }

    private Bytes bytes(BlobEntry blob) {
        return new Bytes(
                blob.unit().orElseThrow(), blob.digest(), blob.sizeBytes(), stored(blob.key(), blob.sizeBytes()));
    }

    private Bytes bytes(ManifestEntry manifest) {
        Opening opening = manifest.bodyKey()
                .map(key -> stored(key, manifest.sizeBytes()))
                .orElseGet(() -> inline(manifest.body().orElseThrow().getBytes(StandardCharsets.UTF_8)));
        return new Bytes(manifest.unit().orElseThrow(), manifest.digest(), manifest.sizeBytes(), opening);
    }

    private Opening stored(BlobKey key, long length) {
        return new Opening() {
            @Override
            public OptionalLong sizeBytes() throws IOException {
                return blobs.sizeBytes(key);
            }

            @Override
            public InputStream open() throws IOException {
                return blobs.read(key, 0, length);
            }
        };
    }

    private static Opening inline(byte[] body) {
        return new Opening() {
            @Override
            public OptionalLong sizeBytes() {
                return OptionalLong.of(body.length);
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(body);
            }
        };
    }

    private static boolean isWhole(Bytes bytes) throws IOException {
        MessageDigest hash = Digest.hasher(bytes.digest().algorithm());
        try (InputStream content = bytes.opening().open()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.finish(bytes.digest().algorithm(), hash.digest()).equals(bytes.digest());
    }
}
