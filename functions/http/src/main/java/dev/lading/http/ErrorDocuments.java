package dev.lading.http;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Bodies of error answers: OCI's, unless the path is another API's. */
@Singleton
public class ErrorDocuments {
    private final List<ErrorStyle> styles;

    public ErrorDocuments(@All List<ErrorStyle> styles) {
        this.styles = styles;
    }

    Object document(String path, OciError error) {
        return style(path)
                .<Object>map(style -> style.document(error))
                .orElseGet(() -> new OciError.Document(error.errors()));
    }

    /** The style of an API beside OCI's. */
    Optional<ErrorStyle> style(String path) {
        return styles.stream().filter(style -> style.covers(path)).findFirst();
    }
}
