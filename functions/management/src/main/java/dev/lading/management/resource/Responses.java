package dev.lading.management.resource;

import dev.lading.management.api.Model;
import dev.lading.management.api.Selection;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;

/** Answers in JSON. */
public final class Responses {
    private static final int OK = 200;
    private static final int CREATED = 201;

    private Responses() {}

    /** Answers the request's selection of a resource. */
    public static <T> Response ok(Model<T> model, T shown, UriInfo uri) {
        return ok(model.render(shown, Selection.of(uri.getQueryParameters())));
    }

    public static <T> Response ok(Model<T> model, T shown) {
        return of(OK, model, shown).build();
    }

    public static <T> Response created(String href, Model<T> model, T shown) {
        return of(CREATED, model, shown).location(URI.create(href)).build();
    }

    public static <T> ResponseBuilder of(int status, Model<T> model, T shown) {
        return of(status, model.render(shown, Selection.ALL));
    }

    /** @param body as Jackson writes it */
    public static Response ok(Object body) {
        return of(OK, body).build();
    }

    public static ResponseBuilder of(int status, Object body) {
        return Response.status(status).type(MediaType.APPLICATION_JSON_TYPE).entity(body);
    }
}
