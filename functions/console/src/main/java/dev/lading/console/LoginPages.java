package dev.lading.console;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.access.Sessions;
import dev.lading.access.Source;
import dev.lading.management.access.Right;
import dev.lading.management.api.Problem;
import dev.lading.oci.RegistryException.CredentialsRefused;
import dev.lading.oci.RegistryException.TooManyGuesses;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code /ui/login} and {@code /ui/logout}. */
@Path(ConsolePath.ROOT)
public class LoginPages {
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;

    /** Names for which browsers keep Secure cookies without TLS. */
    private static final Pattern THIS_MACHINE =
            Pattern.compile("(?i)(localhost|[\\w.-]+\\.localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

    private final ConsolePages pages;
    private final Sessions sessions;

    public LoginPages(ConsolePages pages, Sessions sessions) {
        this.pages = pages;
        this.sessions = sessions;
    }

    @GET
    @Path("/login")
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response form(@QueryParam("to") @DefaultValue("") String to, @Context RoutingContext request) {
        return pages.answer(page(request, ConsolePath.own(to), "", ""));
    }

    private LoginPage page(RoutingContext request, String to, String name, String message) {
        Frame page = pages.page(request, Frame.Section.NONE, "Log in");
        return new LoginPage(page, to, name, message, isPossible(request.request(), page.host()));
    }

    /** The form, as the answer to a request that needs a login. */
    LoginPage asked(HttpServerRequest request) {
        Frame page = pages.plain(request, "Log in");
        boolean comesBack = request.method().name().equals("GET");
        return new LoginPage(
                page,
                comesBack ? ConsolePath.own(ConsolePages.here(request)) : ConsolePath.ROOT,
                "",
                comesBack ? "" : "Nothing was changed: you are not logged in, or not any more.",
                isPossible(request, page.host()));
    }

    private boolean isPossible(HttpServerRequest request, String host) {
        return pages.isSecure(request) || THIS_MACHINE.matcher(host).matches();
    }

    @POST
    @Path("/login")
    @Needs(Permission.VISITOR)
    @Right(Right.BY_CALLER)
    public Response login(@Context RoutingContext request) {
        String name = ConsoleForm.text(request, "name");
        String to = ConsolePath.own(ConsoleForm.text(request, "to"));
        LoginPage again = page(request, to, name, "");
        if (!again.possible()) {
            throw Problem.detail(403, "browsers keep no login without TLS: set up HTTPS, or come from this machine");
        }
        String password = ConsoleForm.of(request).first("password").orElse("");
        if (name.isEmpty() || password.isEmpty()) {
            return pages.answer(400, page(request, to, name, "Enter a name and a password."));
        }
        try {
            String cookie = sessions.begin(name, password, Source.of(request.request()));
            return pages.seeOther(
                    to.substring(ConsolePath.ROOT.length()),
                    Map.of("Set-Cookie", cookie(cookie, Sessions.LIFE.toSeconds())));
        } catch (TooManyGuesses e) {
            return Response.fromResponse(pages.answer(TOO_MANY, page(request, to, name, e.getMessage())))
                    .header("Retry-After", e.retryAfter().toSeconds())
                    .build();
        } catch (CredentialsRefused e) {
            return Response.fromResponse(pages.answer(UNAUTHORIZED, page(request, to, name, e.getMessage())))
                    .header("WWW-Authenticate", ConsoleErrors.CHALLENGE)
                    .build();
        }
    }

    @POST
    @Path("/logout")
    @Needs(Permission.SESSION)
    @Right(Right.BY_CALLER)
    public Response logout() {
        return pages.seeOther("", Map.of("Set-Cookie", cookie("", 0)));
    }

    private static String cookie(String value, long seconds) {
        return Sessions.COOKIE + "=" + value + "; Path=/; Max-Age=" + seconds + "; Secure; HttpOnly; SameSite=Lax";
    }
}
