package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an image's configuration says. Source: image-spec, config.md, "Properties"; docker's for a health check.
 *
 * @param platform it runs on; empty: it does not say
 * @param run how a container of it starts
 */
public record ImageSettings(Optional<Instant> created, String platform, List<Setting> run, Some<Setting> labels) {
    public ImageSettings {
        run = List.copyOf(run);
    }

    static ImageSettings of(JsonNode json) {
        JsonNode config = json.path("config");
        return new ImageSettings(time(json.path("created").asText("")), platform(json), run(config), labels(config));
    }

    private static Some<Setting> labels(JsonNode config) {
        return Setting.fields(config.path("Labels"));
    }

    static String platform(JsonNode json) {
        return Some.text(
                Stream.of("os", "architecture", "variant")
                        .map(field -> json.path(field).asText(""))
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining("/")),
                ImagePart.MAX_NAME);
    }

    private static List<Setting> run(JsonNode config) {
        List<Setting> found = new ArrayList<>();
        add(found, "Entrypoint", array(config.path("Entrypoint")));
        add(found, "Command", array(config.path("Cmd")));
        add(found, "Environment", Setting.elements(config.path("Env")));
        add(found, "User", text(config.path("User")));
        add(found, "Working directory", text(config.path("WorkingDir")));
        add(found, "Ports", names(config.path("ExposedPorts")));
        add(found, "Volumes", names(config.path("Volumes")));
        add(found, "Stop signal", text(config.path("StopSignal")));
        add(found, "Health check", health(config.path("Healthcheck")));
        return found;
    }

    private static void add(List<Setting> found, String name, List<String> values) {
        if (!values.isEmpty()) {
            found.add(Setting.of(name, values));
        }
    }

    private static List<String> text(JsonNode value) {
        return Stream.of(value.asText("")).filter(text -> !text.isEmpty()).toList();
    }

    /** As a Containerfile has it. */
    private static List<String> array(JsonNode value) {
        return value.isArray() && !value.isEmpty() ? List.of(value.toString()) : text(value);
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).sorted().toList();
    }

    private static List<String> health(JsonNode check) {
        JsonNode test = check.path("Test");
        if (!test.isArray()) {
            return List.of();
        }
        long seconds = Duration.ofNanos(check.path("Interval").asLong()).toSeconds();
        return List.of(test + (seconds > 0 ? " every " + seconds + " s" : ""));
    }

    static Optional<Instant> time(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
