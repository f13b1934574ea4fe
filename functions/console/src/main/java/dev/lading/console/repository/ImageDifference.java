package dev.lading.console.repository;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What differs between two images, or between two indexes, of which anything may be written in their documents.
 *
 * @param shared how many layers are the same
 * @param removed layers that only the first has
 * @param added layers that only the second has
 * @param settings of the configuration, and annotations, that differ
 * @param platforms of indexes that differ
 * @param unread whether a configuration is missing, too large, or no JSON
 */
public record ImageDifference(
        long shared,
        Some<Layer> removed,
        Some<Layer> added,
        Some<Setting> settings,
        Some<Platform> platforms,
        boolean unread) {
    private static final int LAYERS = 100;
    private static final int SETTINGS = 100;
    private static final int PLATFORMS = 50;
    private static final int CHARS = 500;
    private static final int NAME_CHARS = 120;

    /** Parts of a configuration that are lists of {@code name=value}. */
    private static final String ENVIRONMENT = "Env";

    /** @param digest as the manifest spells it */
    public record Layer(String digest, long size) {}

    /** @param from empty: the first does not have it */
    public record Setting(String name, Optional<String> from, Optional<String> to) {}

    /**
     * An image of an index.
     *
     * @param from digest in the first; empty: it has none for the platform
     */
    public record Platform(String name, Optional<String> from, Optional<String> to) {}

    public boolean isEmpty() {
        return removed.isEmpty() && added.isEmpty() && settings.isEmpty() && platforms.isEmpty();
    }

    /**
     * @param one the first's manifest
     * @param config its configuration; missing: there is none, or it is not known
     */
    static ImageDifference between(JsonNode one, JsonNode config, JsonNode two, JsonNode otherConfig, boolean unread) {
        Map<String, Layer> before = layers(one);
        Map<String, Layer> after = layers(two);
        Map<String, String> settings = settings(one, config);
        Map<String, String> others = settings(two, otherConfig);
        Map<String, String> images = images(one);
        Map<String, String> otherImages = images(two);
        return new ImageDifference(
                before.keySet().stream().filter(after::containsKey).count(),
                Some.of(without(before, after), LAYERS),
                Some.of(without(after, before), LAYERS),
                Some.of(
                        names(settings, others)
                                .map(name -> new Setting(
                                        Some.text(name, NAME_CHARS), value(settings, name), value(others, name)))
                                .toList(),
                        SETTINGS),
                Some.of(
                        names(images, otherImages)
                                .map(name -> new Platform(
                                        Some.text(name, NAME_CHARS),
                                        Optional.ofNullable(images.get(name)),
                                        Optional.ofNullable(otherImages.get(name))))
                                .toList(),
                        PLATFORMS),
                unread);
    }

    private static Optional<String> value(Map<String, String> settings, String name) {
        return Optional.ofNullable(settings.get(name)).map(text -> Some.text(text, CHARS));
    }

    private static Map<String, Layer> layers(JsonNode manifest) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (JsonNode layer : manifest.path("layers")) {
            String digest = layer.path("digest").asText();
            layers.put(digest, new Layer(digest, layer.path("size").asLong()));
        }
        return layers;
    }

    private static List<Layer> without(Map<String, Layer> layers, Map<String, Layer> others) {
        return layers.values().stream()
                .filter(layer -> !others.containsKey(layer.digest()))
                .toList();
    }

    /** Names whose values differ, in order. */
    private static Stream<String> names(Map<String, String> one, Map<String, String> two) {
        Set<String> all = new TreeSet<>(one.keySet());
        all.addAll(two.keySet());
        return all.stream()
                .filter(name -> !Optional.ofNullable(one.get(name)).equals(Optional.ofNullable(two.get(name))));
    }

    private static Map<String, String> images(JsonNode index) {
        Map<String, String> images = new LinkedHashMap<>();
        List<String> unnamed = new ArrayList<>();
        for (JsonNode image : index.path("manifests")) {
            JsonNode platform = image.path("platform");
            String name = platform.path("os").asText() + "/"
                    + platform.path("architecture").asText()
                    + (platform.hasNonNull("variant")
                            ? "/" + platform.path("variant").asText()
                            : "");
            String digest = image.path("digest").asText();
            boolean isNamed = platform.hasNonNull("os") && !name.equals("unknown/unknown");
            if (!isNamed || images.putIfAbsent(name, digest) != null) {
                unnamed.add(digest);
            }
        }
        // Attestations and the like have no platform; they are named by what they are.
        unnamed.forEach(digest -> images.put("without a platform: " + digest, digest));
        return images;
    }

    private static Map<String, String> settings(JsonNode manifest, JsonNode config) {
        Map<String, String> settings = new LinkedHashMap<>();
        add(settings, "annotation ", manifest.path("annotations"));
        for (String field : List.of("os", "architecture", "variant", "created", "author")) {
            if (config.hasNonNull(field)) {
                settings.put(field, text(config.path(field)));
            }
        }
        for (Map.Entry<String, JsonNode> field : config.path("config").properties()) {
            switch (field.getKey()) {
                case ENVIRONMENT -> addEnvironment(settings, field.getValue());
                case "Labels" -> add(settings, "label ", field.getValue());
                default -> {
                    if (!field.getValue().isNull()) {
                        settings.put(field.getKey(), text(field.getValue()));
                    }
                }
            }
        }
        return settings;
    }

    private static void add(Map<String, String> settings, String kind, JsonNode named) {
        named.properties().forEach(each -> settings.put(kind + each.getKey(), text(each.getValue())));
    }

    private static void addEnvironment(Map<String, String> settings, JsonNode variables) {
        for (JsonNode variable : variables) {
            String[] parts = variable.asText().split("=", 2);
            settings.put("environment " + parts[0], parts.length > 1 ? parts[1] : "");
        }
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
