package dev.lading.console;

import dev.lading.http.ErrorStyle;
import dev.lading.http.OciError;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Map;

/** Errors as pages, for paths under {@code /ui}. */
@Singleton
public class ConsoleErrors implements ErrorStyle {
    /** A scheme that no browser knows, so that none asks for a password in a window of its own. */
    static final String CHALLENGE = "Form realm=\"lading\"";

    private static final int UNAUTHORIZED = 401;

    private final ConsolePages pages;
    private final LoginPages login;

    public ConsoleErrors(ConsolePages pages, LoginPages login) {
        this.pages = pages;
        this.login = login;
    }

    @Override
    public boolean covers(String path) {
        return ConsolePath.covers(path);
    }

    @Override
    public Object document(OciError error, HttpServerRequest request) {
        if (error.status() == UNAUTHORIZED) {
            return login.asked(request).render();
        }
        String heading = switch (error.status()) {
            case 403 -> "You may not do this";
            case 404 -> "There is nothing here";
            case 413, 415 -> "This request cannot be read";
            case 429 -> "Too many requests";
            default -> error.status() < 500 ? "This did not work" : "The registry failed";
        };
        String message = error.status() == 404
                ? "What was here is gone, or only others may see it."
                : error.errors().getFirst().message();
        return new ErrorPage(pages.plain(request, heading), heading, message).render();
    }

    @Override
    public Map<String, String> headers() {
        return ConsolePages.HEADERS;
    }

    @Override
    public String challenge() {
        return CHALLENGE;
    }
}
