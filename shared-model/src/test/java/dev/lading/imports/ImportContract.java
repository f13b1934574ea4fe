package dev.lading.imports;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.BundleWriter;
import dev.lading.bundle.FileList;
import dev.lading.bundle.Trust;
import dev.lading.bundle.document.DocumentEntry;
import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentEntry.TagChange;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentWriter;
import dev.lading.commit.VersionWriter;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionSettings;
import dev.lading.export.ExportRequest;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.ExportService;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.Content;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.Labels;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.Denied;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.repository.Owning;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What left as a bundle comes here as it was, or not at all. */
public abstract class ImportContract extends ServiceContract {
    private static final int LARGE = 64 * 1024 + 1;
    private static final String NAME = APP.value();
    private static final DocumentHead.Source SOURCE = DocumentHead.Source.UNKNOWN;
    private static final Trust UNSIGNED = new Trust(List.of(), true);
    private static final ImportRequest.Names UNCHANGED = new ImportRequest.Names(Map.of(), true);

    /** How many bits are flipped, one at a time. */
    protected int flips() {
        return 1000;
    }

    private static final ImportRequest.Rights ALL = new ImportRequest.Rights() {
        @Override
        public boolean mayWrite(String name, Optional<RepositoryId> target) {
            return true;
        }

        @Override
        public boolean mayDistribute(RepositoryName basePath) {
            return true;
        }
    };

    private static ImportRequest request(boolean asNewVersion) {
        return new ImportRequest(UNCHANGED, true, asNewVersion, false, UNSIGNED, ALL, Owning.NOBODY);
    }

    private static ImportRequest request(ImportRequest.Names names, boolean keepPublic) {
        return new ImportRequest(names, true, false, keepPublic, UNSIGNED, ALL, Owning.NOBODY);
    }

    private static ImportRequest named(Map<String, String> names) {
        return request(new ImportRequest.Names(names, true), true);
    }

    private ImportService imports(Registry of, MetadataStore store) {
        return new ImportService(
                store, of.repositories, of.versions, of.distributions, of.manifests, of.uploads, blobs(), clock);
    }

    private ImportReport run(byte[] bundle, ImportRequest request) {
        try {
            return imports(registry(), metadata())
                    .run(new ByteArrayInputStream(bundle), request, ImportService.Progress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ImportReport run(byte[] bundle) {
        return run(bundle, request(false));
    }

    private RepositoryId id() {
        return registry().repositories.findNamed(NAME).orElseThrow().id();
    }

    private byte[] exported(Optional<Long> from, Optional<Long> to) {
        try {
            var service = new ExportService(
                    registry().repositories,
                    registry().versions,
                    registry().distributions,
                    registry().manifests,
                    blobs());
            var out = new ByteArrayOutputStream();
            service.prepare(
                            new ExportRequest(List.of(new Part(id(), from, to)), Optional.empty(), SOURCE),
                            distribution -> true)
                    .write(out, Optional.empty(), (files, bytes) -> {});
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] whole() {
        return exported(Optional.empty(), Optional.empty());
    }

    /** Deletes all that there is, as if this were another registry. */
    private void forget() {
        registry().distributions.list(Optional.empty(), 100).records().stream()
                .map(Distribution::id)
                .forEach(registry().distributions::delete);
        registry().repositories.delete(id());
        cleanUp();
        assertThat(new Stored(registry(), metadata(), blobs()).bytes()).isEmpty();
    }

    private void cleanUp() {
        try {
            for (int i = 0; i < 3; i++) {
                clock.advance(Duration.ofDays(8));
                registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Digest blob(int sizeBytes) {
        return registry().pushBlob(APP, Bytes.random(sizeBytes));
    }

    private Digest image(String tag, Digest... blobs) {
        return registry()
                .push(APP, byTag(tag), Images.image(List.of(blobs), tag))
                .digest();
    }

    /** Few versions, all that a version may have. */
    private void fill() {
        Digest config = blob(50);
        Digest first = image("latest", config, blob(LARGE));
        clock.advance(Duration.ofMinutes(1));
        Digest second = image("other", config, blob(300));
        registry().push(APP, byTag("all"), Images.index(List.of(first, second), "all"));
        byte[] referrer = Images.referrer(config, first, "signed");
        registry().push(APP, byDigest(Digest.of(Digest.SHA256, referrer)), referrer);
        registry().versions.note(id(), 3, new VersionNote("approved"));
        registry().manifests.delete(APP, byTag("other"));
    }

    /** Thirty versions, of which some are deleted. */
    private void fillThirty() {
        fill();
        for (int i = 6; i <= 30; i++) {
            clock.advance(Duration.ofMinutes(1));
            if (i % 7 == 0) {
                registry().manifests.delete(APP, byTag("t" + (i - 1) % 5));
            }
            image("t" + i % 5, blob(40 + i), blob(i % 6 == 0 ? LARGE : 500));
        }
        for (long gone : List.of(0L, 4L, 9L, 10L, 17L)) {
            registry().versions.delete(id(), gone);
        }
        registry().versions.note(id(), 20, new VersionNote("in the middle"));
    }

    /** What a version shows, without what is another registry's own. */
    private List<String> shown(long version) {
        RepositoryView view = registry().versions.view(id(), version);
        return Content.TABLES.values().stream()
                .flatMap(view::stream)
                .map(row -> switch (row) {
                    case TagEntry tag -> "tag " + tag.name() + " " + tag.digest();
                    case ManifestEntry manifest -> {
                        assertThat(registry().manifests.parsed(manifest)).isNotNull();
                        yield "manifest " + manifest.name() + manifest.mediaType() + manifest.sizeBytes();
                    }
                    default -> row.table().name() + " " + row.name();
                })
                .sorted()
                .toList();
    }

    /** All kept versions but the empty one. */
    private Map<Long, List<String>> history() {
        Map<Long, List<String>> history = new TreeMap<>();
        for (RepositoryVersion version : versions()) {
            List<String> shown = new ArrayList<>(shown(version.version()));
            shown.add("note " + version.note());
            shown.add("counts " + version.present());
            shown.add("made " + version.sourceCreated().orElse(version.created()));
            history.put(version.version(), shown);
        }
        return history;
    }

    private List<RepositoryVersion> versions() {
        return registry().versions.list(id(), Optional.empty(), 1000).records().stream()
                .filter(version -> version.version() > 0)
                .toList();
    }

    private void requireNothing() {
        assertThat(registry()
                        .repositories
                        .findNamed(NAME)
                        .filter(repository -> repository.last() > 0)
                        .isPresent())
                .isFalse();
        assertThat(registry().distributions.list(Optional.empty(), 10).records())
                .isEmpty();
    }

    @Test
    void thirty_versions_come_as_they_left() {
        fillThirty();
        Map<Long, List<String>> before = history();
        long last = registry().view(APP).version();
        List<String> differences = named(8, last);
        byte[] bundle = whole();
        assertThat(before).hasSizeGreaterThan(28);
        forget();

        ImportReport report = run(bundle);

        assertThat(report.targets()).singleElement().satisfies(target -> {
            assertThat(target.versions()).isEqualTo(before.size());
            assertThat(target.newest()).isEqualTo(last);
        });
        assertThat(history()).isEqualTo(before);
        assertThat(named(8, last)).isEqualTo(differences);
        cleanUp();
        assertThat(history()).isEqualTo(before);
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }

    private List<String> named(long from, long to) {
        return new Stored(registry(), metadata(), blobs()).differences(id(), from, to);
    }

    @Test
    void a_second_import_makes_nothing_new() {
        fill();
        byte[] bundle = whole();
        forget();
        run(bundle);
        List<String> rows = new Stored(registry(), metadata(), blobs()).everything();
        List<RepositoryVersion> versions = versions();

        ImportReport again = run(bundle);

        assertThat(again.targets())
                .singleElement()
                .satisfies(target -> assertThat(target.versions()).isZero());
        assertThat(again.distributions()).isEmpty();
        assertThat(new Stored(registry(), metadata(), blobs()).everything()).isEqualTo(rows);
        assertThat(versions()).isEqualTo(versions);
        run(bundle, request(true));
        assertThat(versions()).isEqualTo(versions);
    }

    @Test
    void an_increment_follows_its_base_and_nothing_else() {
        fill();
        Digest layer = blob(LARGE);
        image("v6", blob(10), layer);
        byte[] first = exported(Optional.empty(), Optional.of(6L));
        image("v7", blob(20), layer);
        registry().manifests.delete(APP, byTag("v6"));
        image("v9", blob(30), layer, blob(LARGE));
        byte[] increment = exported(Optional.of(6L), Optional.empty());
        Map<Long, List<String>> before = history();
        assertThat(increment).hasSizeLessThan(first.length);
        forget();

        assertThatThrownBy(() -> run(increment))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("import what came before");
        requireNothing();
        run(first);
        run(increment);
        assertThat(history()).isEqualTo(before);
        assertThatThrownBy(() -> run(first)).isInstanceOf(BundleRefused.class).hasMessageContaining("to go back");
        assertThat(run(increment).targets().getFirst().versions()).isZero();
        assertThat(history()).isEqualTo(before);
    }

    @Test
    void to_go_back_is_said_and_makes_a_new_version() {
        fill();
        List<String> five = shown(5);
        byte[] first = whole();
        image("v6", blob(10));
        byte[] all = whole();
        forget();
        run(all);

        ImportReport report = run(first, request(true));

        assertThat(report.targets().getFirst().newest()).isEqualTo(7);
        assertThat(shown(7)).isEqualTo(five);
        run(first, request(true));
        assertThat(registry().view(APP).version()).isEqualTo(7);
        assertThatThrownBy(() -> run(all)).isInstanceOf(BundleRefused.class).hasMessageContaining("given out");
    }

    @Test
    void what_went_on_by_itself_is_replaced_only_if_that_is_said() {
        fill();
        byte[] first = whole();
        registry().manifests.delete(APP, byTag("latest"));
        image("v7", blob(10));
        byte[] increment = exported(Optional.of(5L), Optional.empty());
        List<String> seven = shown(7);
        forget();
        run(first);
        image("own", blob(70));

        assertThatThrownBy(() -> run(increment))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("not imported from");
        assertThatThrownBy(() -> run(first)).isInstanceOf(BundleRefused.class);
        assertThat(registry().view(APP).version()).isEqualTo(6);

        assertThat(run(increment, request(true)).targets().getFirst().newest()).isEqualTo(7);
        assertThat(shown(7)).isEqualTo(seven);
    }

    @Test
    void content_of_ones_own_goes_when_the_newest_comes_as_a_new_version() {
        fill();
        List<String> five = shown(5);
        byte[] bundle = whole();
        forget();
        image("own", blob(70));
        assertThatThrownBy(() -> run(bundle)).isInstanceOf(BundleRefused.class);

        assertThat(run(bundle, request(true)).targets().getFirst().newest()).isEqualTo(2);

        assertThat(shown(2)).isEqualTo(five);
        assertThat(registry().versions.get(id(), 2).present())
                .isEqualTo(registry().repositories.get(id()).present());
    }

    @Test
    void a_bit_that_flips_anywhere_commits_nothing() {
        fill();
        byte[] bundle = whole();
        forget();
        var random = new Random(17);
        for (int i = 0; i < flips(); i++) {
            int bit = random.nextInt(bundle.length * Byte.SIZE);
            byte[] flipped = bundle.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> run(flipped)).as("bit " + bit).isInstanceOf(BundleRefused.class);
        }
        requireNothing();
        IntStream.iterate(0, at -> at < bundle.length, at -> at + bundle.length / 40)
                .forEach(at ->
                        assertThatThrownBy(() -> run(Arrays.copyOf(bundle, at))).isInstanceOf(BundleRefused.class));
        requireNothing();
        cleanUp();
        assertThat(new Stored(registry(), metadata(), blobs()).bytes()).isEmpty();
        run(bundle);
    }

    @Test
    void an_import_that_is_killed_before_any_write_ends_as_one() {
        killed(write -> watched().dieBeforeWrite(write));
    }

    @Test
    void an_import_that_is_killed_after_any_write_ends_as_one() {
        killed(write -> watched().dieAfterWrite(write));
    }

    private void killed(IntFunction<WatchedMetadataStore> dying) {
        fill();
        Map<Long, List<String>> before = history();
        byte[] bundle = whole();
        forget();
        int died = 0;
        for (int write = 1; ; write += 1 + write / 20) {
            WatchedMetadataStore store = dying.apply(write);
            Registry registry = newRegistry(store);
            try {
                imports(registry, store)
                        .run(new ByteArrayInputStream(bundle), request(false), ImportService.Progress.NONE);
                break;
            } catch (ProcessDied killed) {
                died++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (registry()
                    .repositories
                    .findNamed(NAME)
                    .filter(there -> there.version() > 0)
                    .isPresent()) {
                assertThat(history()).isEqualTo(before);
            }
            clock.advance(VersionWriter.LEASE.plusSeconds(1));
        }
        assertThat(died).isGreaterThan(8);
        assertThat(run(bundle).targets().getFirst().versions()).isZero();
        assertThat(history()).isEqualTo(before);
        assertThat(registry().distributions.list(Optional.empty(), 10).records())
                .hasSize(1);
        cleanUp();
        assertThat(history()).isEqualTo(before);
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }

    @Test
    void what_is_here_is_read_and_not_stored_again() {
        fill();
        byte[] bundle = whole();
        long held = new Stored(registry(), metadata(), blobs()).bytes().size();

        run(bundle, named(Map.of(NAME, "other")));

        assertThat(new Stored(registry(), metadata(), blobs()).bytes()).hasSize((int) held);
        assertThat(registry().repositories.findNamed("other").orElseThrow().version())
                .isEqualTo(5);
    }

    @Test
    void names_are_mapped_and_distributions_made_private_or_not_at_all() {
        fill();
        RepositoryId source = id();
        registry()
                .distributions
                .create(
                        registry().distributions.newId(),
                        new DistributionSettings(
                                "pinned",
                                new RepositoryName("pinned"),
                                Optional.of(source),
                                Optional.of(3L),
                                false,
                                false,
                                Labels.NONE,
                                Optional.of("text"),
                                Optional.empty()));
        byte[] bundle = whole();
        forget();
        RepositoryName other = new RepositoryName("other");
        registry().pushImage(new RepositoryName("pinned"), "mine");

        ImportReport report =
                run(bundle, request(new ImportRequest.Names(Map.of(NAME, "other", "unknown", "any"), false), false));

        assertThat(report.distributions()).containsExactly("other");
        assertThat(report.taken()).containsExactly("pinned");
        assertThat(registry().view(other).isRestricted()).isTrue();
        assertThat(registry().tags(new RepositoryName("pinned"))).containsExactly("mine");
        assertThat(registry().repositories.findNamed(NAME)).isEmpty();
        assertThatThrownBy(() -> run(bundle, named(Map.of("unknown", "other"))))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("'unknown'");
    }

    @Test
    void pins_come_with_their_versions() {
        fill();
        registry()
                .distributions
                .create(
                        registry().distributions.newId(),
                        new DistributionSettings(
                                "pinned",
                                new RepositoryName("pinned"),
                                Optional.of(id()),
                                Optional.of(3L),
                                false,
                                false,
                                Labels.NONE,
                                Optional.empty(),
                                Optional.empty()));
        byte[] bundle = whole();
        forget();

        run(bundle, named(Map.of()));

        assertThat(registry().view(new RepositoryName("pinned")).version()).isEqualTo(3);
        assertThat(registry().repositories.get(id()).pins()).hasSize(1);
    }

    @Test
    void the_head_is_checked_before_the_content_is_read() throws IOException {
        fill();
        byte[] bundle = whole();
        forget();
        long[] read = {0};
        var counting = new FilterInputStream(new ByteArrayInputStream(bundle)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                read[0] += Math.max(0, count);
                return count;
            }
        };

        ImportReport report = imports(registry(), metadata()).check(counting, request(false));

        assertThat(report.targets()).singleElement().satisfies(target -> {
            assertThat(target.id()).isEmpty();
            assertThat(target.versions()).isEqualTo(5);
        });
        assertThat(report.bytes()).isGreaterThan(LARGE);
        assertThat(read[0]).isLessThan(bundle.length / 2);
        requireNothing();
    }

    @Test
    void whoever_may_not_write_the_target_imports_nothing() {
        fill();
        byte[] bundle = whole();
        forget();
        var nobody = new ImportRequest.Rights() {
            @Override
            public boolean mayWrite(String name, Optional<RepositoryId> target) {
                return false;
            }

            @Override
            public boolean mayDistribute(RepositoryName basePath) {
                return true;
            }
        };
        var request = new ImportRequest(UNCHANGED, true, false, false, UNSIGNED, nobody, Owning.NOBODY);

        assertThatThrownBy(() -> run(bundle, request))
                .isInstanceOf(Denied.class)
                .hasMessageContaining("may not change");
        requireNothing();
        assertThat(new Stored(registry(), metadata(), blobs()).bytes()).isEmpty();
    }

    /** A bundle that anybody may write. */
    private static byte[] crafted(List<DocumentEntry> entries, byte[]... contents) {
        try {
            var document = new ByteArrayOutputStream();
            var head = new DocumentHead(Instant.EPOCH, SOURCE);
            try (var writer = new DocumentWriter(document, head)) {
                for (DocumentEntry entry : entries) {
                    writer.write(entry);
                }
            }
            List<byte[]> files = Stream.concat(Stream.of(document.toByteArray()), Stream.of(contents))
                    .toList();
            List<FileList.Entry> list = new ArrayList<>();
            list.add(FileList.Entry.of(DocumentHead.PATH, document.toByteArray()));
            for (byte[] content : contents) {
                list.add(FileList.Entry.blob(Digest.of(Digest.SHA256, content), content.length));
            }
            var out = new ByteArrayOutputStream();
            try (var writer = new BundleWriter(out, new FileList(list), Optional.empty())) {
                for (int i = 0; i < files.size(); i++) {
                    byte[] content = files.get(i);
                    writer.next(list.get(i), (at, length) -> new ByteArrayInputStream(content));
                }
            }
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<DocumentEntry> oneVersion(DocumentEntry... changes) {
        var repository = new OfRepository(
                new RepositoryId(new UUID(1, 2)), "crafted", Optional.empty(), Labels.NONE, Optional.empty(), 1);
        var version = new OfVersion(1, Instant.EPOCH, Optional.empty(), Optional.empty(), Optional.empty());
        return Stream.concat(Stream.of(repository, version), Stream.of(changes)).toList();
    }

    private void requireRefused(byte[] bundle, String why) {
        assertThatThrownBy(() -> run(bundle)).isInstanceOf(BundleRefused.class).hasMessageContaining(why);
        assertThat(registry().repositories.findNamed("crafted").filter(there -> there.version() > 0))
                .isEmpty();
    }

    @Test
    void to_name_what_somebody_else_has_does_not_give_it() {
        byte[] secret = Bytes.random(99);
        Digest digest = registry().pushBlob(APP, secret);
        Digest manifest = registry()
                .push(APP, byTag("secret"), Images.image(List.of(digest), "secret"))
                .digest();

        requireRefused(crafted(oneVersion(new BlobChange(digest, secret.length, false))), "neither in the bundle nor");
        requireRefused(
                crafted(oneVersion(new ManifestChange(manifest, MediaType.OCI_MANIFEST, 300, Optional.empty(), false))),
                "is not in it");
        requireRefused(crafted(oneVersion(new TagChange(new Tag("v1"), Optional.of(manifest)))), "does not have");
    }

    @Test
    void content_that_is_none_is_refused() {
        byte[] text = "no manifest".getBytes(UTF_8);
        Digest digest = Digest.of(Digest.SHA256, text);
        requireRefused(
                crafted(
                        oneVersion(new ManifestChange(
                                digest, MediaType.OCI_MANIFEST, text.length, Optional.empty(), false)),
                        text),
                "is none");
        byte[] huge = new byte[4 * 1024 * 1024 + 1];
        requireRefused(
                crafted(
                        oneVersion(new ManifestChange(
                                Digest.of(Digest.SHA256, huge),
                                MediaType.OCI_MANIFEST,
                                huge.length,
                                Optional.empty(),
                                false)),
                        huge),
                "larger than any manifest");
    }
}
