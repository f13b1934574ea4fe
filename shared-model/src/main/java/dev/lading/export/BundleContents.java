package dev.lading.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import dev.lading.bundle.document.DocumentEntry.Why;
import dev.lading.bundle.document.Receipt;
import dev.lading.content.ManifestService;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ManifestEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.EntityUnknown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The manifests and blobs of a bundle. A manifest comes with all that it names, so that clients which know nothing of
 * versions read it; but large blobs that the other side holds stay out.
 */
final class BundleContents {
    /** Size up to which a blob is in the bundle even if the other side holds it. */
    static final long SMALL_BYTES = Receipt.SMALL_BYTES;

    private static final Comparator<Digest> BY_DIGEST = Comparator.comparing(Digest::hex);

    private final ManifestService manifestService;
    private final SortedMap<Digest, ManifestFile> manifests = new TreeMap<>(BY_DIGEST);
    private final SortedMap<Digest, BlobFile> blobs = new TreeMap<>(BY_DIGEST);
    private final SortedMap<Digest, Long> base = new TreeMap<>(BY_DIGEST);
    private final SortedMap<Digest, BlobEntry> missing = new TreeMap<>(BY_DIGEST);
    private final Set<Digest> children = new HashSet<>();

    /** What of the repository at hand was looked at. */
    private final Set<Digest> seen = new HashSet<>();

    private Predicate<Digest> otherSide = blob -> false;
    private boolean hasEmptyLayer;

    BundleContents(ManifestService manifestService) {
        this.manifestService = manifestService;
    }

    /** A manifest, and a version that has it. */
    record ManifestFile(Digest digest, MediaType mediaType, long sizeBytes, RepositoryView in) {}

    /** A blob, and a version that holds it. */
    record BlobFile(Digest digest, long sizeBytes, RepositoryView in) {}

    /**
     * Begins with another repository.
     *
     * @param held which blobs of it the other side holds
     */
    void begin(Predicate<Digest> held) {
        otherSide = held;
        seen.clear();
    }

    /** Ends with what only adding more, or finding the {@link #roots}, needs. */
    void end() {
        seen.clear();
        children.clear();
    }

    /** Adds a manifest, and all that it names, of a version that shows it. */
    void add(RepositoryView version, ManifestEntry manifest) {
        Deque<ManifestEntry> open = new ArrayDeque<>();
        open.add(manifest);
        while (!open.isEmpty()) {
            ManifestEntry next = open.remove();
            if (seen.add(next.digest())) {
                put(version, next).manifests().stream()
                        .flatMap(child -> version.manifest(child).stream())
                        .forEach(open::add);
            }
        }
    }

    private Manifest put(RepositoryView version, ManifestEntry row) {
        requireNamed(row.digest());
        manifests.putIfAbsent(row.digest(), new ManifestFile(row.digest(), row.mediaType(), row.sizeBytes(), version));
        byte[] body = body(row);
        Manifest manifest = Manifest.parse(body, Optional.of(row.mediaType()));
        children.addAll(manifest.manifests());
        manifest.blobs().stream()
                .filter(blob -> !seen.contains(blob))
                .flatMap(blob -> version.blobInVersion(blob).stream())
                .forEach(blob -> add(version, blob));
        // No version has a row of it, since every repository has it.
        hasEmptyLayer |= new String(body, UTF_8).contains(EmptyLayer.DIGEST.toString());
        return manifest;
    }

    byte[] body(ManifestEntry manifest) {
        try {
            return manifestService.body(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read manifest " + manifest.digest(), e);
        }
    }

    /** A manifest as its version has it. */
    ManifestEntry row(ManifestFile file) {
        return file.in().manifest(file.digest()).orElseThrow(() -> new EntityUnknown("manifest", file.digest()));
    }

    /** Adds a blob of a version that shows it. */
    void add(RepositoryView version, BlobEntry blob) {
        if (!seen.add(blob.digest())) {
            return;
        }
        requireNamed(blob.digest());
        if (!blob.isHeld()) {
            missing.put(blob.digest(), blob);
        } else if (blob.sizeBytes() > SMALL_BYTES && otherSide.test(blob.digest())) {
            base.put(blob.digest(), blob.sizeBytes());
        } else {
            blobs.putIfAbsent(blob.digest(), new BlobFile(blob.digest(), blob.sizeBytes(), version));
        }
    }

    private static void requireNamed(Digest digest) {
        if (!digest.algorithm().equals(Digest.SHA256)) {
            throw new BundleRefused("bundles hold what is named by " + Digest.SHA256 + " alone, and not " + digest);
        }
    }

    Optional<ManifestFile> manifest(Digest digest) {
        return Optional.ofNullable(manifests.get(digest));
    }

    /** Whether what a client reads of a blob is in the bundle. */
    boolean has(Digest blob) {
        return blobs.containsKey(blob) || (hasEmptyLayer && blob.equals(EmptyLayer.DIGEST));
    }

    Collection<ManifestFile> manifests() {
        return manifests.values();
    }

    /** Manifests that no index in the bundle leads to. */
    Stream<ManifestFile> roots() {
        return manifests.values().stream().filter(each -> !children.contains(each.digest()));
    }

    /** Blobs of which no manifest has the digest, the small ones first. */
    Stream<BlobFile> blobs() {
        return Stream.concat(blobs(true), blobs(false));
    }

    private Stream<BlobFile> blobs(boolean small) {
        return blobs.values().stream()
                .filter(each -> (each.sizeBytes() <= SMALL_BYTES) == small)
                .filter(each -> !manifests.containsKey(each.digest()));
    }

    boolean hasEmptyLayer() {
        return hasEmptyLayer && !blobs.containsKey(EmptyLayer.DIGEST);
    }

    /** Blobs that are on demand, and not held anywhere that was looked at. */
    Stream<BlobEntry> missing() {
        return missing.values().stream().filter(each -> !blobs.containsKey(each.digest()));
    }

    /** What is left out, in the order of the digests. */
    Stream<Omitted> omitted() {
        SortedMap<Digest, Omitted> omitted = new TreeMap<>(BY_DIGEST);
        base.forEach((digest, size) -> omitted.put(digest, new Omitted(digest, size, Why.BASE)));
        missing.forEach((digest, row) -> omitted.put(digest, new Omitted(digest, row.sizeBytes(), Why.MISSING)));
        omitted.keySet().removeAll(blobs.keySet());
        return omitted.values().stream();
    }
}
