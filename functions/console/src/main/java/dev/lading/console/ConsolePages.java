package dev.lading.console;

import dev.lading.access.Caller;
import dev.lading.access.RegistrySettings;
import dev.lading.access.Sessions;
import dev.lading.account.Identity;
import dev.lading.http.Gate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Answers requests for pages. */
@Singleton
public class ConsolePages {
    private static final int SEE_OTHER = 303;

    /**
     * Headers of every page. What a page may load and where its forms lead is here alone; a referrer is named to this
     * server, since browsers otherwise send no origin with a form.
     */
    static final Map<String, String> HEADERS = Map.of(
            "Content-Type", "text/html; charset=utf-8",
            "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
                            + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Referrer-Policy", "same-origin",
            "X-Frame-Options", "DENY",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cache-Control", "no-store",
            "Vary", "Cookie");

    private static final Pattern PREFIX = Pattern.compile("(/[\\w.~-]+)+/?");

    private final Optional<URI> publicUrl;
    private final CurrentVertxRequest current;
    private final InstantSource clock;

    public ConsolePages(RegistrySettings settings, CurrentVertxRequest current, InstantSource clock) {
        this.publicUrl = settings.publicUrl();
        this.current = current;
        this.clock = clock;
    }

    /** What surrounds the content of a page that somebody asked for. */
    public Frame page(RoutingContext request, Frame.Section section, String title) {
        Caller caller = Gate.caller(request).orElseGet(Caller.Anonymous::new);
        String who = switch (caller) {
            case Caller.SignedIn(Identity identity) -> identity.account().title();
            case Caller.Administrator administrator -> RegistrySettings.ADMIN;
            default -> "";
        };
        return new Frame(
                ui(request.request()),
                title,
                section,
                who,
                caller instanceof Caller.Administrator,
                Sessions.formToken(request.request()),
                here(request.request()),
                host(request.request()),
                origin(request.request()),
                clock.instant());
    }

    /** The time that pages are of. */
    public Instant now() {
        return clock.instant();
    }

    /** What surrounds an error, of which it is not known who caused it. */
    Frame plain(HttpServerRequest request, String title) {
        return new Frame(
                ui(request),
                title,
                Frame.Section.NONE,
                "",
                false,
                "",
                here(request),
                host(request),
                origin(request),
                clock.instant());
    }

    /** The path below which all pages are, as browsers name it. */
    private String ui(HttpServerRequest request) {
        return publicUrl
                        .map(URI::getRawPath)
                        .map(path -> path.replaceFirst("/+$", ""))
                        .orElseGet(() -> forwardedPrefix(request))
                + ConsolePath.ROOT;
    }

    /** What a proxy took off the path. Of others than trusted ones, the header does not come this far. */
    private static String forwardedPrefix(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("X-Forwarded-Prefix"))
                .filter(prefix -> PREFIX.matcher(prefix).matches())
                .map(prefix -> prefix.replaceFirst("/$", ""))
                .orElse("");
    }

    /** The path and query that were asked for, which begin with {@code /ui} as far as they are a page's. */
    static String here(HttpServerRequest request) {
        String prefix = forwardedPrefix(request);
        return request.uri().startsWith(prefix) ? request.uri().substring(prefix.length()) : request.uri();
    }

    private String origin(HttpServerRequest request) {
        return (isSecure(request) ? "https://" : "http://") + host(request);
    }

    private String host(HttpServerRequest request) {
        return publicUrl
                .map(URI::getRawAuthority)
                .or(() -> Optional.ofNullable(request.authority()).map(Object::toString))
                .orElse("");
    }

    /** Whether what is sent to browsers is sent over TLS. */
    public boolean isSecure(HttpServerRequest request) {
        return publicUrl.map(URI::getScheme).orElse(request.scheme()).equalsIgnoreCase("https");
    }

    public Response answer(TemplateInstance content) {
        return answer(Response.Status.OK.getStatusCode(), content);
    }

    public Response answer(int status, TemplateInstance content) {
        Response.ResponseBuilder response = Response.status(status).entity(content.render());
        HEADERS.forEach(response::header);
        return response.build();
    }

    /**
     * Sends a browser on, after a change.
     *
     * @param path below {@code /ui}, with its query
     */
    public Response seeOther(String path) {
        return seeOther(path, Map.of());
    }

    Response seeOther(String path, Map<String, String> headers) {
        Response.ResponseBuilder response = Response.status(SEE_OTHER)
                .header("Location", ui(current.getCurrent().request()) + path)
                .header("Cache-Control", "no-store");
        headers.forEach(response::header);
        return response.build();
    }
}
