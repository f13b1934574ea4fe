package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.server.RegistryClient.Answer;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A browser of the console, as far as HTTP goes: a cookie, and forms. */
final class ConsoleClient {
    private static final Pattern TOKEN = Pattern.compile("name=\"form_token\" value=\"([^\"]+)\"");
    private static final RegistryClient HTTP = RegistryClient.anonymous();

    private final String cookie;

    private ConsoleClient(String cookie) {
        this.cookie = cookie;
    }

    static ConsoleClient visitor() {
        return new ConsoleClient("");
    }

    static ConsoleClient administrator() {
        return user("admin", RunningRegistry.PASSWORD);
    }

    static ConsoleClient user(String name, String password) {
        Answer answer = visitor().post("/ui/login", "name", name, "password", password);
        if (answer.status() != 303) {
            throw new IllegalStateException("the login answered " + answer.status());
        }
        return new ConsoleClient(answer.header("Set-Cookie").replaceFirst(";.*", ""));
    }

    /** One with a cookie of its own making. */
    static ConsoleClient with(String cookie) {
        return new ConsoleClient(cookie);
    }

    String cookie() {
        return cookie;
    }

    Answer get(String path) {
        return cookie.isEmpty() ? HTTP.get(path) : HTTP.get(path, "Cookie", cookie);
    }

    /** The text of a page that is there. */
    String page(String path) {
        Answer answer = get(path);
        if (answer.status() != 200) {
            throw new IllegalStateException(path + " answered " + answer.status());
        }
        return new String(answer.body(), UTF_8);
    }

    /** What forms are sent with. */
    String formToken() {
        Matcher found = TOKEN.matcher(page("/ui/repositories"));
        if (!found.find()) {
            throw new IllegalStateException("nobody is logged in");
        }
        return found.group(1);
    }

    /** Sends a form of a page that this client was shown. */
    Answer submit(String path, String... fields) {
        List<String> all = new ArrayList<>(List.of(fields));
        all.addAll(List.of("form_token", formToken()));
        return post(path, all.toArray(String[]::new));
    }

    /** Sends a form as it stands. */
    Answer post(String path, String... fields) {
        return postFrom(RegistryClient.base(), path, fields);
    }

    /** @param origin of the page that it is on */
    Answer postFrom(String origin, String path, String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], UTF_8));
        }
        List<String> headers = new ArrayList<>(List.of("Content-Type", "application/x-www-form-urlencoded"));
        if (!origin.isEmpty()) {
            headers.addAll(List.of("Origin", origin));
        }
        if (!cookie.isEmpty()) {
            headers.addAll(List.of("Cookie", cookie));
        }
        return HTTP.send("POST", path, form.toString().getBytes(UTF_8), headers.toArray(String[]::new));
    }
}
