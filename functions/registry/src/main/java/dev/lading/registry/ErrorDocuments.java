package dev.lading.registry;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;

/** The body of an answer that tells of a failure: OCI's, unless the path is another API's. */
@Singleton
public class ErrorDocuments {
    private final List<ErrorStyle> styles;

    public ErrorDocuments(@All List<ErrorStyle> styles) {
        this.styles = styles;
    }

    Object document(String path, OciError error) {
        for (ErrorStyle style : styles) {
            if (style.covers(path)) {
                return style.document(error);
            }
        }
        return new OciError.Document(error.errors());
    }
}
