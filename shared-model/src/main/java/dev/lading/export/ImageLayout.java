package dev.lading.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.FileList;
import dev.lading.export.BundleContents.ManifestFile;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files by which clients that know nothing of Lading read a bundle. Sources: image-spec, image-layout.md; containerd,
 * "io.containerd.image.name"; docker's image specification v1.2, "Combined Image JSON + Filesystem Changeset Format".
 */
final class ImageLayout {
    private static final byte[] MARK = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8);
    private static final String MARK_PATH = "oci-layout";
    private static final String INDEX_PATH = "index.json";
    private static final String DOCKER_PATH = "manifest.json";

    private static final int MAX_INDEX_BYTES = 32 * 1024 * 1024;

    /** Limit on what `docker load` reads. A bundle of more images is for clients that read layouts. */
    private static final int MAX_DOCKER_BYTES = 8 * 1024 * 1024;

    private static final Set<String> IMAGE_CONFIGS =
            Set.of("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json");

    private static final ObjectMapper JSON = new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private final BundleContents contents;
    private final Optional<String> host;

    /** Tags in the bundle, as references without a host. */
    private final SortedMap<Digest, List<String>> references = new TreeMap<>(Comparator.comparing(Digest::hex));

    private final Set<String> names = new HashSet<>();

    /** @param url of the registry, whose host is in the names by which `docker load` tags */
    ImageLayout(BundleContents contents, Optional<String> url) {
        this.contents = contents;
        this.host = url.map(URI::create).map(URI::getRawAuthority);
    }

    /** Adds the tags of a repository. */
    void add(HistoryWalk walked) {
        String name = Stream.concat(
                        Stream.of(walked.repository().settings().name()),
                        walked.repository().names().stream()
                                .map(RepositoryName::value)
                                .sorted())
                .filter(RepositoryName::isValid)
                .filter(each -> !names.contains(each))
                .findFirst()
                .orElseGet(() -> "repository/" + walked.repository().id());
        names.add(name);
        walked.tags()
                .forEach((tag, digest) -> references
                        .computeIfAbsent(digest, _ -> new ArrayList<>())
                        .add(reference(name, tag)));
    }

    /** All files that say what the bundle holds, with the document between the layout's and the content. */
    List<BoundedBuffer> files(BoundedBuffer document) throws IOException {
        var mark = new BoundedBuffer(MARK_PATH, MARK.length);
        mark.write(MARK);
        return Stream.of(Optional.of(mark), Optional.of(index()), docker(), Optional.of(document))
                .flatMap(Optional::stream)
                .toList();
    }

    private static String reference(String name, Tag tag) {
        return name + ":" + tag;
    }

    private BoundedBuffer index() throws IOException {
        var out = new BoundedBuffer(INDEX_PATH, MAX_INDEX_BYTES);
        try (JsonGenerator json = JSON.createGenerator((OutputStream) out)) {
            json.writeStartObject();
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", MediaType.OCI_INDEX.value());
            json.writeArrayFieldStart("manifests");
            for (var tagged : references.entrySet()) {
                Optional<ManifestFile> manifest = contents.manifest(tagged.getKey());
                if (manifest.isPresent()) {
                    for (String reference : tagged.getValue()) {
                        descriptor(json, manifest.get(), Optional.of(reference));
                    }
                }
            }
            // Among them are referrers, which nothing else in a layout leads to.
            for (ManifestFile root : (Iterable<ManifestFile>) contents.roots()::iterator) {
                if (!references.containsKey(root.digest())) {
                    descriptor(json, root, Optional.empty());
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return out;
    }

    private void descriptor(JsonGenerator json, ManifestFile manifest, Optional<String> reference) throws IOException {
        json.writeStartObject();
        json.writeStringField("mediaType", manifest.mediaType().value());
        json.writeStringField("digest", manifest.digest().toString());
        json.writeNumberField("size", manifest.sizeBytes());
        if (reference.isPresent()) {
            json.writeObjectFieldStart("annotations");
            if (host.isPresent()) {
                json.writeStringField("io.containerd.image.name", full(reference.get()));
            }
            json.writeStringField("org.opencontainers.image.ref.name", reference.get());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private String full(String reference) {
        return host.map(each -> each + "/" + reference).orElse(reference);
    }

    /** What `docker load` reads; empty: no image is whole and of one platform, or they are too many. */
    private Optional<BoundedBuffer> docker() throws IOException {
        var out = new BoundedBuffer(DOCKER_PATH, MAX_DOCKER_BYTES);
        int images = 0;
        try (JsonGenerator json = JSON.createGenerator((OutputStream) out)) {
            json.writeStartArray();
            for (var tagged : references.entrySet()) {
                Optional<Image> image = contents.manifest(tagged.getKey()).flatMap(this::image);
                if (image.isPresent()) {
                    write(json, image.get(), tagged.getValue());
                    images++;
                }
            }
            json.writeEndArray();
        } catch (BundleRefused tooMany) {
            return Optional.empty();
        }
        return images == 0 ? Optional.empty() : Optional.of(out);
    }

    /** Digests of an image's configuration and layers. */
    private record Image(Digest config, List<Digest> layers) {}

    private void write(JsonGenerator json, Image image, List<String> tags) throws IOException {
        json.writeStartObject();
        json.writeStringField("Config", path(image.config()));
        json.writeArrayFieldStart("RepoTags");
        for (String tag : tags) {
            json.writeString(full(tag));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("Layers");
        for (Digest layer : image.layers()) {
            json.writeString(path(layer));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String path(Digest blob) {
        return FileList.Entry.blob(blob, 0).path();
    }

    private Optional<Image> image(ManifestFile file) {
        if (!file.mediaType().isManifest() || file.mediaType().equals(MediaType.OCI_ARTIFACT)) {
            return Optional.empty();
        }
        try {
            JsonNode manifest = JSON.readTree(contents.body(contents.row(file)));
            JsonNode config = manifest.path("config");
            List<Digest> layers = new ArrayList<>();
            manifest.path("layers").forEach(layer -> layers.add(digest(layer)));
            var image = new Image(digest(config), layers);
            boolean isWhole = IMAGE_CONFIGS.contains(config.path("mediaType").asText())
                    && Stream.concat(Stream.of(image.config()), layers.stream()).allMatch(contents::has);
            return isWhole ? Optional.of(image) : Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read manifest " + file.digest(), e);
        }
    }

    private static Digest digest(JsonNode descriptor) {
        return Digest.parse(descriptor.path("digest").asText());
    }
}
