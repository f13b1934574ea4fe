package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import dev.lading.console.image.ImageContent.Kind;
import dev.lading.content.ContentService;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what is in an image: its manifest, and the few blobs that say something to people. */
@Singleton
public class ImageContents {
    private static final int MAX_BLOBS = 200;

    /** Each is a read and a document in memory; BuildKit makes two for an image. */
    private static final int MAX_STATEMENTS = 2;

    private static final Set<String> IMAGE_CONFIGURATIONS =
            Set.of("application/vnd.docker.container.image.v1+json", "application/vnd.oci.image.config.v1+json");

    private static final String HELM = "application/vnd.cncf.helm.config.v1+json";
    private static final Some<ImagePart> NO_BLOBS = Some.of(List.of(), MAX_BLOBS);
    private static final Some<Setting> NO_SETTINGS = Some.of(List.of(), MAX_BLOBS);

    private final StoredJson stored;
    private final ContentService content;

    public ImageContents(StoredJson stored, ContentService content) {
        this.stored = stored;
        this.content = content;
    }

    /** At most {@value #MAX_STATEMENTS} reads. */
    ImageContent of(SeenImage image) {
        JsonNode manifest = stored.manifest(image.manifest());
        if (image.manifest().mediaType().isIndex()) {
            return index(image, manifest);
        }
        ImagePart config = ImagePart.of(manifest.path("config"));
        List<ImagePart> layers = Layers.parts(manifest.path(manifest.has("layers") ? "layers" : "blobs"));
        List<ImagePart> statements = layers.stream()
                .filter(part -> ShownStatement.isIn(part.mediaType()))
                .toList();
        boolean isImage = IMAGE_CONFIGURATIONS.contains(config.mediaType())
                && statements.isEmpty()
                && manifest.path("artifactType").asText("").isEmpty();
        boolean isChart = config.mediaType().equals(HELM);
        var document = isImage || isChart ? stored.blob(image.view(), config.parsed()) : StoredJson.Document.NONE;
        Optional<ImageSettings> settings =
                isImage && document.isRead() ? Optional.of(ImageSettings.of(document.json())) : Optional.empty();
        return new ImageContent(
                isImage ? Kind.IMAGE : isChart ? Kind.CHART : Kind.ARTIFACT,
                isImage ? "" : artifactType(manifest, config),
                settings.flatMap(ImageSettings::created).or(() -> created(manifest)),
                layers.stream().mapToLong(ImagePart::sizeBytes).sum() + config.sizeBytes(),
                Optional.empty(),
                isImage ? Optional.of(Layers.of(manifest, document.json())) : Optional.empty(),
                settings,
                document.problem(),
                isChart ? Setting.fields(document.json()) : NO_SETTINGS,
                isImage ? NO_BLOBS : Some.of(blobs(config, layers), MAX_BLOBS),
                statements.stream()
                        .limit(MAX_STATEMENTS)
                        .map(part -> ShownStatement.of(stored.blob(image.view(), part.parsed())))
                        .toList(),
                Setting.fields(manifest.path("annotations")));
    }

    private ImageContent index(SeenImage image, JsonNode manifest) {
        Platforms platforms = Platforms.of(
                manifest, digests -> content.held(image.repository().id(), digests));
        return new ImageContent(
                Kind.INDEX,
                ImagePart.text(manifest, "artifactType"),
                created(manifest),
                0,
                Optional.of(platforms),
                Optional.empty(),
                Optional.empty(),
                "",
                NO_SETTINGS,
                platforms.others(),
                List.of(),
                Setting.fields(manifest.path("annotations")));
    }

    private static Optional<Instant> created(JsonNode manifest) {
        return ImageSettings.time(manifest.path("annotations")
                .path("org.opencontainers.image.created")
                .asText(""));
    }

    private static String artifactType(JsonNode manifest, ImagePart config) {
        String own = ImagePart.text(manifest, "artifactType");
        return own.isEmpty() ? config.mediaType() : own;
    }

    private static List<ImagePart> blobs(ImagePart config, List<ImagePart> layers) {
        List<ImagePart> all = new ArrayList<>();
        if (!config.digest().isEmpty()) {
            all.add(config);
        }
        all.addAll(layers);
        return all;
    }
}
