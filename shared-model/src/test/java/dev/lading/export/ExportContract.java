package dev.lading.export;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.Trust;
import dev.lading.bundle.document.DocumentEntry;
import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import dev.lading.bundle.document.DocumentEntry.TagChange;
import dev.lading.bundle.document.DocumentEntry.Why;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentReader;
import dev.lading.export.ExportRequest.Part;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.Manifest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.remote.RemoteId;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

public abstract class ExportContract extends ServiceContract {
    private static final int LARGE = 64 * 1024 + 1;
    private static final RepositoryName OTHER = new RepositoryName("team/other");
    private static final DocumentHead.Source SOURCE =
            new DocumentHead.Source(Optional.empty(), Optional.of("https://registry.example:8443/"));

    private ExportService exports(Registry of) {
        return new ExportService(of.repositories, of.versions, of.distributions, of.manifests, blobs());
    }

    private RepositoryId id(RepositoryName name) {
        return registry().view(name).repository();
    }

    private Part whole(RepositoryName name) {
        return Part.whole(id(name));
    }

    private Part since(RepositoryName name, long version) {
        return new Part(id(name), Optional.of(version), Optional.empty());
    }

    private Export prepare(Part... parts) {
        return prepare(registry(), parts);
    }

    private Export prepare(Registry of, Part... parts) {
        try {
            return exports(of).prepare(new ExportRequest(List.of(parts), Optional.empty(), SOURCE), any -> true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] written(Export export) throws IOException {
        var out = new ByteArrayOutputStream();
        export.write(out, Optional.empty(), (files, bytes) -> {});
        return out.toByteArray();
    }

    /** The files of a bundle that is whole, by path. */
    private static Map<String, byte[]> files(Export export) throws IOException {
        var reader = new BundleReader(new ByteArrayInputStream(written(export)), new Trust(List.of(), true));
        Map<String, byte[]> files = new LinkedHashMap<>();
        while (reader.hasNext()) {
            var content = new ByteArrayOutputStream();
            var file = reader.next((bytes, count) -> content.write(bytes, 0, count));
            files.put(file.path(), content.toByteArray());
        }
        reader.end();
        return files;
    }

    private static List<DocumentEntry> document(Map<String, byte[]> files) throws IOException {
        var reader = new DocumentReader(new ByteArrayInputStream(files.get(DocumentHead.PATH)));
        List<DocumentEntry> entries = new ArrayList<>();
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            entries.add(next.get());
        }
        return entries;
    }

    private static <E extends DocumentEntry> List<E> of(Class<E> type, List<DocumentEntry> entries) {
        return entries.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static String path(Digest digest) {
        return "blobs/sha256/" + digest.hex();
    }

    private Digest pushed(RepositoryName name, String tag, byte[] manifest) {
        return registry().push(name, byTag(tag), manifest).digest();
    }

    private Digest blob(RepositoryName name, int sizeBytes) {
        return registry().pushBlob(name, Bytes.random(sizeBytes));
    }

    /** An image as docker makes them. */
    private static byte[] image(Digest config, Digest... layers) {
        String descriptors = Stream.of(layers)
                .map(layer -> "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"%s\",\"size\":1}"
                        .formatted(layer))
                .collect(Collectors.joining(","));
        return """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                 "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":1},
                 "layers":[%s]}""".formatted(config, descriptors).getBytes(UTF_8);
    }

    /** A history with an index, a referrer, a moved and a removed tag, a note, and versions that were deleted. */
    private void fill(RepositoryName name) {
        Digest config = blob(name, 100);
        Digest layer = blob(name, LARGE);
        Digest first = pushed(name, "latest", image(config, layer));
        clock.advance(Duration.ofMinutes(1));
        Digest second = pushed(name, "latest", image(config, layer, blob(name, 2000)));
        pushed(name, "all", Images.index(List.of(first, second), "all"));
        registry()
                .push(
                        name,
                        byDigest(Digest.of(Digest.SHA256, Images.referrer(config, first, "signed"))),
                        Images.referrer(config, first, "signed"));
        registry().manifests.delete(name, byTag("all"));
        long noted = registry().push(name, byTag("old"), image(config)).version();
        registry().versions.note(id(name), noted, new VersionNote("approved"));
        registry().manifests.delete(name, byTag("old"));
        pushed(name, "latest", image(config, layer));
        registry().versions.delete(id(name), 2);
        registry().versions.delete(id(name), 4);
    }

    /** What versions show by a document alone: names and digests, by number. */
    private static Map<Long, Map<String, String>> replayed(List<DocumentEntry> entries, Map<String, String> before) {
        Map<String, String> shown = new TreeMap<>(before);
        Map<Long, Map<String, String>> versions = new TreeMap<>();
        long at = 0;
        for (DocumentEntry entry : entries) {
            switch (entry) {
                case OfVersion version -> at = version.number();
                case ManifestChange(var digest, var type, var size, var subject, var removed) ->
                    set(shown, "manifest " + digest, removed ? "" : type + " " + size + " " + subject);
                case BlobChange(var digest, var size, var removed) ->
                    set(shown, "blob " + digest, removed ? "" : "" + size);
                case TagChange(var tag, var digest) ->
                    set(shown, "tag " + tag, digest.map(Digest::toString).orElse(""));
                default -> {}
            }
            versions.put(at, new TreeMap<>(shown));
        }
        return versions;
    }

    private static void set(Map<String, String> shown, String name, String value) {
        boolean was = shown.containsKey(name);
        assertThat(value.isEmpty() ? was : !value.equals(shown.get(name)))
                .as(name)
                .isTrue();
        if (value.isEmpty()) {
            shown.remove(name);
        } else {
            shown.put(name, value);
        }
    }

    private Map<String, String> shown(RepositoryName name, long version) {
        RepositoryView view = registry().versions.view(id(name), version);
        Map<String, String> shown = new TreeMap<>();
        view.stream(ManifestEntry.TABLE)
                .forEach(m ->
                        shown.put("manifest " + m.digest(), m.mediaType() + " " + m.sizeBytes() + " " + m.subject()));
        view.stream(BlobEntry.TABLE).forEach(b -> shown.put("blob " + b.digest(), "" + b.sizeBytes()));
        view.stream(TagEntry.TABLE)
                .forEach(t ->
                        shown.put("tag " + t.tag(), t.digest().orElseThrow().toString()));
        return shown;
    }

    @Test
    void each_version_is_rebuilt_from_the_document_alone() throws IOException {
        fill(APP);
        List<DocumentEntry> entries = document(files(prepare(whole(APP))));

        assertThat(of(OfVersion.class, entries))
                .isEqualTo(registry().log(APP).stream()
                        .map(v -> new OfVersion(v.version(), v.created(), v.base(), v.note(), Optional.empty()))
                        .toList());
        assertThat(of(OfVersion.class, entries))
                .extracting(OfVersion::note)
                .contains(Optional.of(new VersionNote("approved")));
        var versions = replayed(entries, Map.of());
        assertThat(registry().versions(APP))
                .doesNotContain(2L, 4L)
                .allSatisfy(number ->
                        assertThat(versions.get(number)).as("version " + number).isEqualTo(shown(APP, number)));
    }

    @Test
    void so_is_each_version_after_the_base() throws IOException {
        fill(APP);
        List<DocumentEntry> entries = document(files(prepare(since(APP, 3))));

        assertThat(of(OfRepository.class, entries))
                .singleElement()
                .satisfies(each -> assertThat(each.from()).contains(3L));
        var versions = replayed(entries, shown(APP, 3));
        assertThat(registry().versions(APP).stream().filter(number -> number > 3))
                .isNotEmpty()
                .allSatisfy(number ->
                        assertThat(versions.get(number)).as("version " + number).isEqualTo(shown(APP, number)));
    }

    @Test
    void the_same_content_gives_the_same_bytes() throws IOException {
        fill(APP);
        fill(OTHER);
        byte[] bundle = written(prepare(whole(APP), whole(OTHER)));
        clock.advance(Duration.ofDays(1));

        assertThat(written(prepare(newRegistry(metadata()), whole(OTHER), whole(APP))))
                .isEqualTo(bundle);
        assertThat(written(prepare(whole(APP)))).isNotEqualTo(bundle);
    }

    @Test
    void all_that_a_manifest_names_is_in_it_manifests_first_and_large_blobs_last() throws IOException {
        fill(APP);
        Map<String, byte[]> files = files(prepare(whole(APP)));

        List<String> paths = List.copyOf(files.keySet());
        assertThat(paths).startsWith("oci-layout", "index.json", "manifest.json", "lading/export.json");
        List<ManifestEntry> manifests =
                registry().view(APP).stream(ManifestEntry.TABLE).toList();
        assertThat(manifests).hasSize(5).allSatisfy(each -> {
            assertThat(files).containsKey(path(each.digest()));
            Manifest.parse(files.get(path(each.digest())), Optional.empty())
                    .named()
                    .forEach(named -> assertThat(files).containsKey(path(named)));
        });
        assertThat(paths.subList(4, 9))
                .containsExactlyElementsOf(
                        manifests.stream().map(each -> path(each.digest())).toList());
        assertThat(files.get(paths.getLast())).hasSize(LARGE);
    }

    @Test
    void an_increment_leaves_out_large_blobs_that_the_base_holds_and_nothing_else() throws IOException {
        Digest config = blob(APP, 100);
        Digest small = blob(APP, LARGE - 1);
        Digest large = blob(APP, LARGE);
        Digest first = pushed(APP, "first", image(config, small, large));
        Digest unchanged = pushed(APP, "unchanged", image(config, blob(APP, 10)));
        long base = registry().view(APP).version();
        Digest added = blob(APP, LARGE);
        Digest second = pushed(APP, "second", image(config, small, large, added));
        pushed(APP, "moved", image(config, small, large));

        Map<String, byte[]> files = files(prepare(since(APP, base)));
        assertThat(files).containsKeys(path(first), path(second), path(config), path(small), path(added));
        assertThat(files).doesNotContainKeys(path(large), path(unchanged));
        assertThat(of(Omitted.class, document(files))).containsExactly(new Omitted(large, LARGE, Why.BASE));
        assertThat(references(files)).containsExactlyInAnyOrder("team/app:moved", "team/app:second");
        // What `docker load` reads must be whole.
        assertThat(files).doesNotContainKey("manifest.json");

        pushed(OTHER, "other", image(registryCopy(OTHER, config), registryCopy(OTHER, large)));
        assertThat(files(prepare(since(APP, base), whole(OTHER)))).containsKey(path(large));
    }

    private Digest registryCopy(RepositoryName to, Digest blob) {
        assertThat(registry().blobs.mount(to, blob, Optional.of(APP), pull -> true))
                .isTrue();
        return blob;
    }

    private static JsonNode json(Map<String, byte[]> files, String path) throws IOException {
        return new ObjectMapper().readTree(files.get(path));
    }

    private static List<String> references(Map<String, byte[]> files) throws IOException {
        return json(files, "index.json")
                .path("manifests")
                .valueStream()
                .map(each -> each.path("annotations")
                        .path("org.opencontainers.image.ref.name")
                        .asText())
                .filter(each -> !each.isEmpty())
                .toList();
    }

    @Test
    void clients_that_read_layouts_find_tags_and_what_no_tag_or_index_leads_to() throws IOException {
        Digest config = blob(APP, 100);
        Digest child = pushed(APP, "moving", image(config, blob(APP, 10)));
        Digest untagged = pushed(APP, "moving", image(config, blob(APP, 20)));
        Digest index = pushed(APP, "moving", Images.index(List.of(child), "all"));
        byte[] signature = Images.referrer(config, index, "signature");
        Digest referrer = Digest.of(Digest.SHA256, signature);
        registry().push(APP, byDigest(referrer), signature);
        registry().push(APP, byTag("copy"), Images.index(List.of(child), "all"));

        JsonNode descriptors = json(files(prepare(whole(APP))), "index.json").path("manifests");
        Map<String, List<String>> found = descriptors
                .valueStream()
                .collect(Collectors.groupingBy(
                        each -> each.path("digest").asText(),
                        Collectors.mapping(
                                each -> each.path("annotations")
                                        .path("io.containerd.image.name")
                                        .asText(),
                                Collectors.toList())));
        assertThat(found)
                .isEqualTo(Map.of(
                        index.toString(),
                        List.of("registry.example:8443/team/app:copy", "registry.example:8443/team/app:moving"),
                        untagged.toString(),
                        List.of(""),
                        referrer.toString(),
                        List.of("")));
        assertThat(descriptors.get(0).path("mediaType").asText()).isEqualTo(MediaType.OCI_INDEX.value());
        assertThat(descriptors.get(0).path("size").asInt()).isEqualTo(Images.index(List.of(child), "all").length);
    }

    @Test
    void docker_load_finds_images_of_one_platform_with_all_their_layers() throws IOException {
        Digest config = blob(APP, 100);
        Digest layer = blob(APP, 10);
        Digest image = pushed(APP, "1", image(config, layer, EmptyLayer.DIGEST, layer));
        pushed(APP, "latest", image(config, layer, EmptyLayer.DIGEST, layer));
        pushed(APP, "all", Images.index(List.of(image), "all"));
        pushed(APP, "chart", Images.image(List.of(config, layer), "no image"));

        Map<String, byte[]> files = files(prepare(whole(APP)));
        assertThat(json(files, "manifest.json")).isEqualTo(new ObjectMapper().readTree("""
                [{"Config":"%s","RepoTags":["registry.example:8443/team/app:1","registry.example:8443/team/app:latest"],
                  "Layers":["%s","%s","%s"]}]""".formatted(
                                path(config), path(layer), path(EmptyLayer.DIGEST), path(layer))));
        assertThat(files.get(path(EmptyLayer.DIGEST))).isEqualTo(EmptyLayer.bytes());
    }

    @Test
    void distributions_go_along_with_their_pins_and_stay_private() throws IOException {
        registry().pushImage(APP, "a");
        registry().restrict(APP, true);

        assertThat(of(OfDistribution.class, document(files(prepare(whole(APP))))))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.basePath()).isEqualTo(APP);
                    assertThat(each.restricted()).isTrue();
                    assertThat(each.version()).isEmpty();
                });
    }

    @Test
    void what_is_on_demand_is_named_as_missing() throws IOException {
        registry().pushImage(APP, "here");
        byte[] manifest = image(Digest.of(Digest.SHA256, Bytes.random(9)));
        Digest listed = Manifest.parse(manifest, Optional.empty()).blobs().getFirst();
        var origin = new BlobOrigin(new RemoteId(new UUID(1, 2)), "library/app");
        registry()
                .manifests
                .list(
                        id(APP),
                        Digest.of(Digest.SHA256, manifest),
                        Manifest.parse(manifest, Optional.empty()),
                        manifest,
                        Set.of(new Tag("listed")),
                        origin);

        Export export = prepare(whole(APP));
        assertThat(export.missing()).extracting(BlobEntry::digest).containsExactly(listed);
        Map<String, byte[]> files = files(export);
        assertThat(files).doesNotContainKey(path(listed)).containsKey(path(Digest.of(Digest.SHA256, manifest)));
        assertThat(of(Omitted.class, document(files))).containsExactly(new Omitted(listed, 1, Why.MISSING));
    }

    @Test
    void the_versions_named_are_exported_and_their_newest_dates_the_bundle() throws IOException {
        registry().pushImage(APP, "a");
        clock.advance(Duration.ofMinutes(3));
        Instant second = clock.instant();
        registry().pushImage(APP, "b");
        clock.advance(Duration.ofMinutes(3));
        registry().pushImage(APP, "c");

        var part = new Part(id(APP), Optional.of(1L), Optional.of(2L));
        Map<String, byte[]> files = files(prepare(part));
        assertThat(of(OfVersion.class, document(files)))
                .extracting(OfVersion::number)
                .containsExactly(2L);
        assertThat(new DocumentReader(new ByteArrayInputStream(files.get(DocumentHead.PATH))).head())
                .isEqualTo(new DocumentHead(second, SOURCE));
        assertThat(references(files)).containsExactly("team/app:b");
    }

    @Test
    void only_what_is_there_is_exported() {
        registry().pushImage(APP, "a");
        registry().pushImage(APP, "b");
        registry().versions.delete(id(APP), 1);

        assertThatThrownBy(() -> prepare(since(APP, 1))).isInstanceOf(EntityUnknown.class);
        assertThatThrownBy(() -> prepare(since(APP, 7))).isInstanceOf(EntityUnknown.class);
        assertThatThrownBy(() -> prepare(new Part(id(APP), Optional.of(2L), Optional.of(0L))))
                .isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> prepare(Part.whole(new RepositoryId(new UUID(1, 2)))))
                .isInstanceOf(EntityUnknown.class);
        assertThatThrownBy(() -> prepare(whole(APP), since(APP, 2))).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(this::prepare).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void it_is_signed_and_its_maker_is_told_how_far_it_is() throws IOException, GeneralSecurityException {
        registry().pushImage(APP, "a");
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Export export = prepare(whole(APP));
        Map<Long, Long> told = new HashMap<>();
        var out = new ByteArrayOutputStream();
        export.write(out, Optional.of(BundleSignature.by(pair.getPrivate(), pair.getPublic())), told::put);

        var reader = new BundleReader(
                new ByteArrayInputStream(out.toByteArray()), new Trust(List.of(pair.getPublic()), false));
        assertThat(reader.list()).isEqualTo(export.files());
        int files = export.files().entries().size();
        assertThat(told)
                .hasSize(files)
                .containsEntry((long) files, export.files().sizeBytes());
    }
}
