package dev.lading.imports;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.FileList;
import dev.lading.bundle.document.DocumentEntry;
import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ChangeEntry;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import dev.lading.bundle.document.DocumentEntry.Why;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentReader;
import dev.lading.history.RepositoryView;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a bundle says of its content, checked as a whole. Its versions are read anew each time they are asked for. */
final class BundleDocument {
    private final byte[] text;
    private final DocumentHead head;
    private final List<OfRepository> repositories = new ArrayList<>();
    private final Map<String, List<Long>> versions = new HashMap<>();
    private final Set<String> complete = new HashSet<>();
    private final List<OfDistribution> distributions = new ArrayList<>();
    private final Map<Digest, MediaType> manifests = new HashMap<>();
    private final Set<Digest> blobs = new HashSet<>();
    private final Set<Digest> missing = new HashSet<>();
    private final Set<Digest> files = new HashSet<>();
    private @Nullable Reading reading;

    /** @throws BundleRefused if it is none, or names manifests that are not among the files */
    BundleDocument(byte[] text, FileList list) throws IOException {
        this.text = text;
        list.entries().forEach(file -> files.add(file.digest()));
        var reader = reader();
        head = reader.head();
        List<Long> numbers = new ArrayList<>();
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            switch (next.get()) {
                case OfRepository repository -> {
                    repositories.add(repository);
                    numbers = new ArrayList<>();
                    versions.put(repository.name(), numbers);
                }
                case OfVersion version -> {
                    numbers.add(version.number());
                    if (version.showsAll()) {
                        complete.add(repositories.getLast().name());
                    }
                }
                case ManifestChange manifest when !manifest.removed() -> manifest(manifest);
                case BlobChange blob when !blob.removed() -> blobs.add(blob.digest());
                case OfDistribution distribution -> distributions.add(distribution);
                case Omitted omitted when omitted.why() == Why.MISSING -> missing.add(omitted.digest());
                default -> {}
            }
        }
    }

    private void manifest(ManifestChange manifest) {
        MediaType other = manifests.put(manifest.digest(), manifest.mediaType());
        if (other != null && !other.equals(manifest.mediaType())) {
            throw new BundleRefused("the bundle says of manifest " + manifest.digest() + " that it is of two types");
        }
        if (!files.contains(manifest.digest())) {
            throw new BundleRefused("the bundle names manifest " + manifest.digest() + ", which is not in it");
        }
    }

    private DocumentReader reader() throws IOException {
        return new DocumentReader(new ByteArrayInputStream(text));
    }

    DocumentHead head() {
        return head;
    }

    List<OfRepository> repositories() {
        return repositories;
    }

    /** Numbers of the versions of a repository, in order. */
    List<Long> versions(OfRepository repository) {
        return versions.getOrDefault(repository.name(), List.of());
    }

    /** Whether all that the first version shows is said, and not what it changed. */
    boolean isComplete(OfRepository repository) {
        return complete.contains(repository.name());
    }

    List<OfDistribution> distributions() {
        return distributions;
    }

    /** The type of a file of the bundle that versions have as a manifest. */
    Optional<MediaType> manifest(Digest digest) {
        return Optional.ofNullable(manifests.get(digest));
    }

    boolean isBlob(Digest digest) {
        return blobs.contains(digest);
    }

    /** Whether nobody has the bytes. */
    boolean isMissing(Digest blob) {
        return missing.contains(blob);
    }

    int missing() {
        return missing.size();
    }

    /** A version and what it changed. */
    record Version(OfVersion entry, List<ChangeEntry> changes) {}

    /**
     * Versions of a repository, in order. One is in memory at a time, and what was read for a repository before this one
     * is not read again.
     */
    Iterator<Version> read(OfRepository repository) {
        try {
            int index = repositories.indexOf(repository);
            if (reading == null || index <= reading.index()) {
                var reader = reader();
                reading = new Reading(-1, reader, reader.next());
            }
            Optional<DocumentEntry> unread = reading.unread();
            while (!unread.equals(Optional.of(repository))) {
                unread = Optional.of(reading.reader().next().orElseThrow());
            }
            return new Versions(index, reading.reader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How far the document was read: into which repository. */
    private record Reading(int index, DocumentReader reader, Optional<DocumentEntry> unread) {}

    private final class Versions implements Iterator<Version> {
        private final int index;
        private final DocumentReader reader;
        private Optional<DocumentEntry> unread;

        Versions(int index, DocumentReader reader) throws IOException {
            this.index = index;
            this.reader = reader;
            unread = advance();
        }

        private Optional<DocumentEntry> advance() throws IOException {
            Optional<DocumentEntry> next = reader.next();
            reading = new Reading(index, reader, next);
            return next;
        }

        @Override
        public boolean hasNext() {
            return unread.filter(OfVersion.class::isInstance).isPresent();
        }

        @Override
        public Version next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var entry = (OfVersion) unread.orElseThrow();
            List<ChangeEntry> changes = new ArrayList<>();
            try {
                for (unread = advance(); unread.orElse(null) instanceof ChangeEntry change; unread = advance()) {
                    changes.add(change);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Version(entry, changes);
        }
    }

    /**
     * Checks that blobs of a repository which are not in the bundle are where it says.
     *
     * @param base what it follows
     * @throws BundleRefused if one is not
     */
    void requireOmitted(OfRepository repository, RepositoryView base) {
        read(repository)
                .forEachRemaining(version -> version.changes().stream()
                        .filter(change -> change instanceof BlobChange blob
                                && !blob.removed()
                                && !files.contains(blob.digest())
                                && !missing.contains(blob.digest())
                                && base.blobInVersion(blob.digest()).isEmpty())
                        .findFirst()
                        .ifPresent(blob -> {
                            throw new BundleRefused("blob " + blob.name() + " of '" + repository.name()
                                    + "' is neither in the bundle nor in what it follows");
                        }));
    }
}
