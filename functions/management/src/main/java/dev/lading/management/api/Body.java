package dev.lading.management.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.http.Form;
import dev.lading.http.RequestBody;
import dev.lading.oci.JsonProblem;
import dev.lading.oci.MediaType;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the body of a request: a JSON object or a form, of at most {@value #MAX_BYTES} bytes. */
public final class Body {
    public static final String JSON = "application/json";
    public static final String FORM = "application/x-www-form-urlencoded";

    static final int MAX_BYTES = 1024 * 1024;

    private Body() {}

    /**
     * The validated body.
     *
     * @param partial whether required fields may be absent
     * @throws Problem 400, 413 or 415
     */
    public static Values read(Model<?> model, RoutingContext request, boolean partial) throws IOException {
        return model.read(read(model, request), partial);
    }

    /** The validated query of a request whose body is something else. */
    public static Values query(Model<?> model, RoutingContext request) {
        String query = request.request().query();
        return model.read(form(model, query == null ? new byte[0] : query.getBytes(StandardCharsets.UTF_8)), false);
    }

    private static ObjectNode read(Model<?> model, RoutingContext request) throws IOException {
        byte[] bytes = RequestBody.bytes(request, MAX_BYTES);
        if (bytes.length > MAX_BYTES) {
            throw Problem.detail(413, "the body is larger than " + MAX_BYTES + " bytes");
        }
        String header = request.request().getHeader("Content-Type");
        String type = header == null ? JSON : MediaType.ofHeader(header).value();
        return switch (type) {
            case JSON -> json(bytes);
            case FORM -> form(model, bytes);
            default -> throw Problem.detail(415, "send " + JSON + " or " + FORM + ", not " + type);
        };
    }

    /** No body is an empty object. */
    private static ObjectNode json(byte[] bytes) throws IOException {
        if (bytes.length == 0) {
            return Json.object();
        }
        try {
            JsonNode json = Json.parse(bytes);
            if (json instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw Problem.detail(400, "the body is not JSON: " + JsonProblem.of(e));
        }
        throw Problem.body("the body must be a JSON object");
    }

    private static ObjectNode form(Model<?> model, byte[] bytes) {
        ObjectNode object = Json.object();
        parse(bytes).fields().forEach(field -> model.addFormValue(object, field.name(), field.value()));
        return object;
    }

    private static Form parse(byte[] bytes) {
        try {
            return Form.parse(bytes);
        } catch (IllegalArgumentException e) {
            throw Problem.detail(400, "the form is not encoded as a URL's query is");
        }
    }
}
