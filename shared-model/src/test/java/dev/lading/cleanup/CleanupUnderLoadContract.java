package dev.lading.cleanup;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.blob.BlobKey;
import dev.lading.commit.Progress;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Length;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Pushes, mounts, copies, deletions and cleanups at once, of contents so few that they collide all the time. The clock
 * moves between rounds only: what was protected in one round is due in the next, while others push it again.
 */
public abstract class CleanupUnderLoadContract extends ServiceContract {
    private static final int THREADS = 8;
    private static final int CLEANERS = 2;
    private static final int TAGS = 3;
    private static final Duration PROTECTION = Duration.ofHours(1);

    private static final List<RepositoryName> NAMES =
            List.of(new RepositoryName("one"), new RepositoryName("two"), new RepositoryName("three"));

    private final List<byte[]> layers = new ArrayList<>();
    private final Set<BlobKey> keys = ConcurrentHashMap.newKeySet();

    private final AtomicInteger actions = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    /** The number of rounds, and of actions of a thread in each. */
    protected int rounds() {
        return Length.of(2, 4);
    }

    protected int actions() {
        return 8;
    }

    @Test
    void every_tag_pulls_whole_and_nothing_unreferenced_remains() throws IOException {
        for (int i = 0; i < 6; i++) {
            layers.add(Bytes.random(200));
        }
        List<Registry> processes = List.of(registry(), newRegistry(metadata()));
        for (int round = 0; round < rounds(); round++) {
            int seed = round * 100;
            together(THREADS + CLEANERS, thread -> {
                Registry process = processes.get(thread % processes.size());
                if (thread >= THREADS) {
                    process.cleanup.cleanUp(PROTECTION, deleted -> {});
                    return;
                }
                var random = new SplittableRandom(seed + thread);
                for (int i = 0; i < actions(); i++) {
                    act(process, random);
                }
            });
            for (RepositoryName name : NAMES) {
                if (registry().repositories.find(name).isPresent()) {
                    requireWhole(name);
                }
            }
            clock.advance(PROTECTION.plusSeconds(1));
        }
        for (int i = 0; i < 2; i++) {
            registry().cleanup.cleanUp(PROTECTION, deleted -> {});
            clock.advance(PROTECTION.plusSeconds(1));
        }
        assertThat(done.get()).isGreaterThan(actions.get() / 2);
        for (RepositoryName name : NAMES) {
            if (registry().repositories.find(name).isPresent()) {
                registry().log(name).forEach(version -> requireWholeIndexes(version));
            }
        }
        var stored = new Stored(registry(), metadata(), blobs());
        stored.requireNothingUnreferenced();
        stored.requireNoBytesBut(keys);
    }

    /** Acts at random. Content may just have been deleted: that, and being busy, are expected answers. */
    private void act(Registry process, SplittableRandom random) throws IOException {
        RepositoryName name = NAMES.get(random.nextInt(NAMES.size()));
        try {
            actions.incrementAndGet();
            switch (random.nextInt(12)) {
                case 0 -> process.manifests.delete(name, byTag(tag(random)));
                case 1 -> deleteSomeManifest(process, name);
                case 2 -> deleteSomeVersion(process, name, random);
                case 3 -> copy(process, name, random);
                case 4 -> mount(process, name, random);
                case 5 -> pushIndex(process, name, random);
                case 6 -> removeSomeUnits(process, name, random);
                default -> push(process, name, random);
            }
            done.incrementAndGet();
        } catch (RegistryException e) {
            assertThat(e)
                    .isNotInstanceOf(RegistryException.DigestInvalid.class)
                    .isNotInstanceOf(RegistryException.ManifestInvalid.class);
        }
    }

    private static String tag(SplittableRandom random) {
        return "t" + random.nextInt(TAGS);
    }

    private void push(Registry process, RepositoryName name, SplittableRandom random) throws IOException {
        List<Digest> blobs = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            blobs.add(pushBlob(process, name, layers.get(random.nextInt(layers.size()))));
        }
        String note = random.nextInt(4) == 0 ? "x".repeat(300_000) + random.nextInt(2) : "note " + random.nextInt(3);
        process.push(name, byTag(tag(random)), Images.image(blobs, note));
    }

    /** Pushes as clients do: only what is not there. */
    private Digest pushBlob(Registry process, RepositoryName name, byte[] content) throws IOException {
        Digest digest = Digest.of(Digest.SHA256, content);
        boolean there = process.repositories
                .find(name)
                .flatMap(view -> view.blob(digest))
                .isPresent();
        if (!there) {
            BlobKey key = process.uploads.begin(name).key();
            keys.add(key);
            process.uploads.finish(name, key, Registry.chunk(content), digest);
        }
        return digest;
    }

    private static void pushIndex(Registry process, RepositoryName name, SplittableRandom random) {
        List<Digest> some = process.view(name).manifests(Optional.empty(), 100).entries().stream()
                .map(ManifestEntry::digest)
                .filter(digest -> random.nextBoolean())
                .toList();
        process.push(name, byTag(tag(random)), Images.index(some, "index"));
    }

    private static void removeSomeUnits(Registry process, RepositoryName name, SplittableRandom random) {
        RepositoryView view = process.view(name);
        List<ContentUnit> some = Stream.of(TagEntry.TABLE, ManifestEntry.TABLE)
                .flatMap(view::stream)
                .filter(row -> random.nextInt(3) == 0)
                .flatMap(row -> row.unit().stream())
                .toList();
        process.curation.remove(view.repository(), some, Progress.NONE);
    }

    private void mount(Registry process, RepositoryName name, SplittableRandom random) {
        Digest digest = Digest.of(Digest.SHA256, layers.get(random.nextInt(layers.size())));
        process.blobs.mount(name, digest, Optional.empty(), pull -> true);
    }

    private static void deleteSomeManifest(Registry process, RepositoryName name) {
        process.view(name)
                .manifests(Optional.empty(), 1)
                .entries()
                .forEach(manifest -> process.manifests.delete(name, byDigest(manifest.digest())));
    }

    private static void deleteSomeVersion(Registry process, RepositoryName name, SplittableRandom random) {
        RepositoryId id = process.view(name).repository();
        List<RepositoryVersion> versions =
                process.versions.list(id, Optional.empty(), 30).records();
        process.versions.delete(
                id, versions.get(random.nextInt(versions.size())).version());
    }

    private static void copy(Registry process, RepositoryName name, SplittableRandom random) {
        RepositoryView source = process.view(name);
        RepositoryId target = process.repositories.getOrCreate(NAMES.get(random.nextInt(NAMES.size())));
        if (random.nextBoolean()) {
            process.curation.copyTags(
                    source.repository(),
                    source.version(),
                    Optional.of(Set.of(new Tag(tag(random)))),
                    target,
                    Progress.NONE);
        } else {
            process.curation.promote(source.repository(), source.version(), target, Optional.empty(), Progress.NONE);
        }
    }

    private void requireWholeIndexes(RepositoryVersion version) {
        RepositoryView view = registry().versions.view(version.repository(), version.version());
        view.stream(ManifestEntry.TABLE)
                .filter(manifest -> manifest.mediaType().isIndex())
                .flatMap(index -> registry().manifests.parsed(index).manifests().stream())
                .forEach(child -> assertThat(view.manifest(child)).isPresent());
    }

    private void requireWhole(RepositoryName name) throws IOException {
        RepositoryView view = registry().view(name);
        for (var tag : view.tags(Optional.empty(), 100).entries()) {
            assertThat(view.manifest(tag.digest().orElseThrow())).isPresent();
        }
        for (ManifestEntry manifest : view.stream(ManifestEntry.TABLE).toList()) {
            assertThat(Digest.of(Digest.SHA256, registry().manifests.body(manifest)))
                    .isEqualTo(manifest.digest());
            for (Digest digest : registry().manifests.parsed(manifest).blobs()) {
                BlobEntry blob = view.blobInVersion(digest).orElseThrow();
                try (InputStream bytes = registry().blobs.read(blob.key().orElseThrow(), 0, blob.sizeBytes())) {
                    assertThat(Digest.of(Digest.SHA256, bytes.readAllBytes())).isEqualTo(digest);
                }
            }
        }
    }
}
