package dev.lading.console.image;

import dev.lading.console.Some;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is in an image, an index or another artifact.
 *
 * @param kind of what it is, for people
 * @param artifactType as its maker has it; empty: it is a plain image or index
 * @param created when its configuration or an annotation says that it was made
 * @param bytes of all blobs together
 * @param settings of an image
 * @param configuration why what the configuration says is not shown; empty: it is, or there is nothing to say
 * @param chart what a Helm chart's configuration says
 * @param blobs of what is no image
 */
public record ImageContent(
        Kind kind,
        String artifactType,
        Optional<Instant> created,
        long bytes,
        Optional<Platforms> platforms,
        Optional<Layers> layers,
        Optional<ImageSettings> settings,
        String configuration,
        Some<Setting> chart,
        Some<ImagePart> blobs,
        List<ShownStatement> statements,
        Some<Setting> annotations) {
    /** What pages show of it differs by this. */
    public enum Kind {
        IMAGE("Image"),
        INDEX("Index of images"),
        CHART("Helm chart"),
        ARTIFACT("Artifact");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public ImageContent {
        statements = List.copyOf(statements);
    }

    public boolean isChart() {
        return kind == Kind.CHART;
    }

    public boolean isIndex() {
        return kind == Kind.INDEX;
    }
}
