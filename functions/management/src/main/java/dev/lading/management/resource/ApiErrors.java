package dev.lading.management.resource;

import dev.lading.http.ErrorDocuments;
import dev.lading.http.ErrorStyle;
import dev.lading.http.OciError;
import dev.lading.management.api.Problem;
import dev.lading.oci.RegistryException.FieldInvalid;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Error answers in Pulp's form, for paths under {@code /pulp/}. */
@Singleton
public class ApiErrors implements ErrorStyle {
    private static final int BAD_REQUEST = 400;

    /** Looked up when needed: it collects this style and its neighbours. */
    private final Provider<ErrorDocuments> documents;

    public ApiErrors(Provider<ErrorDocuments> documents) {
        this.documents = documents;
    }

    @Override
    public boolean covers(String path) {
        return ApiPath.covers(path);
    }

    @Override
    public Object document(OciError error, HttpServerRequest request) {
        String message = error.errors().getFirst().message();
        return error.status() == BAD_REQUEST ? Map.of(Problem.NO_FIELD, List.of(message)) : Map.of("detail", message);
    }

    @Override
    public String challenge() {
        return "Basic realm=\"lading\"";
    }

    @ServerExceptionMapper
    public Response map(FieldInvalid e, HttpServerRequest request) {
        return map(Problem.field(e.field(), e.getMessage()), request);
    }

    /** Pages of the console ask the same rules, and have answers of their own form. */
    @ServerExceptionMapper
    public Response map(Problem problem, HttpServerRequest request) {
        return covers(request.path())
                ? Responses.of(problem.status(), problem.document()).build()
                : documents
                        .get()
                        .answer(request, OciError.of(problem.status(), "UNSUPPORTED", problem.sentence()))
                        .build();
    }
}
