package dev.lading.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Error documents for requests that fail before routing, such as those without Host. */
@ApplicationScoped
public class UnroutedErrors {
    private final ObjectMapper json;
    private final ErrorDocuments documents;

    public UnroutedErrors(ObjectMapper json, ErrorDocuments documents) {
        this.json = json;
        this.documents = documents;
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(this::answer);
    }

    private void answer(RoutingContext context) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        int status = context.statusCode() >= 400 ? context.statusCode() : 500;
        String message = "this is not a request the registry can read";
        if (context.failure() instanceof RequestRefused refused) {
            message = refused.getMessage();
        } else if (status >= 500) {
            message = FailureLog.log(context.failure(), context.request());
        }
        OciError error = OciError.of(status, status == 413 ? "SIZE_INVALID" : "UNSUPPORTED", message);
        try {
            Object document = documents.document(context.request(), error);
            documents.headers(context.request().path()).forEach(context.response()::putHeader);
            context.response()
                    .setStatusCode(status)
                    .putHeader(RegistryHeaders.API_VERSION, "registry/2.0")
                    .end(document instanceof String text ? text : json.writeValueAsString(document));
        } catch (JsonProcessingException e) {
            context.response().setStatusCode(status).end();
        }
    }
}
