package dev.lading.http;

import io.quarkus.arc.All;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bodies of error answers: OCI's, unless the path is another API's. */
@Singleton
public class ErrorDocuments {
    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    private final List<ErrorStyle> styles;

    public ErrorDocuments(@All List<ErrorStyle> styles) {
        this.styles = styles;
    }

    /** The answer to a request that failed. */
    public Response.ResponseBuilder answer(HttpServerRequest request, OciError error) {
        Response.ResponseBuilder response = Response.status(error.status()).entity(document(request, error));
        headers(request.path()).forEach(response::header);
        return response;
    }

    Object document(HttpServerRequest request, OciError error) {
        return style(request.path())
                .<Object>map(style -> style.document(error, request))
                .orElseGet(() -> new OciError.Document(error.errors()));
    }

    Map<String, String> headers(String path) {
        return style(path).map(ErrorStyle::headers).orElse(JSON);
    }

    /** The style of what is served beside OCI's API. */
    Optional<ErrorStyle> style(String path) {
        return styles.stream().filter(style -> style.covers(path)).findFirst();
    }
}
