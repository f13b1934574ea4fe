package dev.lading.management.resource;

import dev.lading.http.ErrorStyle;
import dev.lading.http.OciError;
import dev.lading.management.api.Problem;
import dev.lading.oci.RegistryException.FieldInvalid;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Error answers in Pulp's form, for paths under {@code /pulp/}. */
@Singleton
public class ApiErrors implements ErrorStyle {
    private static final int BAD_REQUEST = 400;

    @Override
    public boolean covers(String path) {
        return ApiPath.covers(path);
    }

    @Override
    public Object document(OciError error) {
        String message = error.errors().getFirst().message();
        return error.status() == BAD_REQUEST ? Map.of(Problem.NO_FIELD, List.of(message)) : Map.of("detail", message);
    }

    @Override
    public String challenge() {
        return "Basic realm=\"lading\"";
    }

    @ServerExceptionMapper
    public Response map(FieldInvalid e) {
        return map(Problem.field(e.field(), e.getMessage()));
    }

    @ServerExceptionMapper
    public Response map(Problem problem) {
        return Responses.of(problem.status(), problem.document()).build();
    }
}
