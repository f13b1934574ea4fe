package dev.lading.console;

import dev.lading.access.Permission;
import dev.lading.access.Sessions;
import dev.lading.http.AccessFilter;
import dev.lading.http.Form;
import dev.lading.http.Gate;
import dev.lading.http.RequestBody;
import dev.lading.management.api.Problem;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Reads what a page's form sends, and refuses what no page of ours sent. It runs before each handler of the console that
 * changes something, so that none can leave it out.
 */
public class ConsoleForm {
    /** Field of every form. */
    static final String TOKEN = "form_token";

    private static final String FORM = "dev.lading.console.form";
    private static final int MAX_BYTES = 64 * 1024;
    private static final String TYPE = "application/x-www-form-urlencoded";

    /** Runs behind the filters that find the caller and their rights. */
    @ServerRequestFilter(priority = Priorities.USER + 2)
    public void filter(ResourceInfo handler, RoutingContext context) throws IOException {
        Optional<Permission> needed = AccessFilter.needed(handler);
        boolean isConsole = needed.filter(each -> each == Permission.SESSION || each == Permission.VISITOR)
                .isPresent();
        HttpServerRequest request = context.request();
        if (!isConsole || Gate.reads(request)) {
            return;
        }
        Form form = read(context);
        if (needed.get() == Permission.SESSION
                && !Sessions.isFormToken(request, form.first(TOKEN).orElse(""))) {
            throw Problem.detail(403, "this form is of another login, or of none: go back, load the page again, retry");
        }
        // Without a login there is no token; browsers say from where a form is sent, and the gate refused other sites.
        if (request.getHeader("Origin") == null && request.getHeader("Sec-Fetch-Site") == null) {
            throw Problem.detail(403, "this browser does not say from which page the form came");
        }
        context.put(FORM, form);
    }

    private static Form read(RoutingContext context) throws IOException {
        String type = context.request().getHeader("Content-Type");
        if (type == null || !type.regionMatches(true, 0, TYPE, 0, TYPE.length())) {
            throw Problem.detail(415, "the console takes forms, as " + TYPE);
        }
        byte[] body = RequestBody.bytes(context, MAX_BYTES);
        if (body.length > MAX_BYTES) {
            throw Problem.detail(413, "no form of the console is larger than " + MAX_BYTES / 1024 + " KB");
        }
        try {
            return Form.parse(body);
        } catch (IllegalArgumentException e) {
            throw Problem.detail(400, "the form is not encoded as it must be");
        }
    }

    /** The form that a request sends. */
    public static Form of(RoutingContext context) {
        return (Form) Objects.requireNonNull(context.get(FORM));
    }

    /** A field's text without what surrounds it; empty where the form has none. */
    public static String text(RoutingContext context, String field) {
        return of(context).first(field).orElse("").strip();
    }

    public static List<String> all(RoutingContext context, String field) {
        return of(context).all(field);
    }
}
