package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.console.Some;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The layers of an image with the steps that made them.
 *
 * @param told whether the history tells of each layer which step made it
 * @param history the steps, where it does not
 * @param bar the largest of what is shown, as a picture
 */
public record Layers(Some<Step> steps, long count, long bytes, boolean told, Some<String> history, List<Slice> bar) {
    private static final int MAX_SHOWN = 200;
    private static final int MAX_COMMAND = 2_000;

    private static final String RUN = "RUN ";
    private static final String SHELL = "/bin/sh -c ";
    private static final String NO_RUN = "#(nop)";
    private static final String BUILDKIT = "# buildkit";

    /**
     * A step of the build.
     *
     * @param number of its layer, from 1; 0: it made none
     * @param command as somebody wrote it; empty: it is not known
     */
    public record Step(int number, String command, ImagePart layer) {
        public boolean isEmpty() {
            return number == 0;
        }
    }

    /**
     * A part of the picture, of a thousand.
     *
     * @param shade which of the colours it has
     */
    public record Slice(int number, String x, String width, int shade, long bytes) {}

    private static final ImagePart NONE = new ImagePart("", "", 0, "");
    private static final int PICTURE = 1_000;
    private static final int SHADES = 6;

    public Layers {
        bar = List.copyOf(bar);
    }

    static Layers of(JsonNode manifest, JsonNode configuration) {
        List<ImagePart> layers = parts(manifest.path("layers"));
        List<JsonNode> history = StreamSupport.stream(
                        configuration.path("history").spliterator(), false)
                .toList();
        long bytes = layers.stream().mapToLong(ImagePart::sizeBytes).sum();
        boolean told = history.stream().filter(step -> !isEmpty(step)).count() == layers.size();
        return new Layers(
                Some.of(told ? steps(history, layers) : steps(layers), MAX_SHOWN),
                layers.size(),
                bytes,
                told,
                Some.of(told ? List.<JsonNode>of() : history, MAX_SHOWN).map(Layers::command),
                bar(layers, bytes));
    }

    static List<ImagePart> parts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(ImagePart::of)
                .toList();
    }

    private static boolean isEmpty(JsonNode step) {
        return step.path("empty_layer").asBoolean(false);
    }

    private static List<Step> steps(List<JsonNode> history, List<ImagePart> layers) {
        List<Step> steps = new ArrayList<>();
        int number = 0;
        for (JsonNode step : history) {
            steps.add(
                    isEmpty(step)
                            ? new Step(0, command(step), NONE)
                            : new Step(number + 1, command(step), layers.get(number++)));
        }
        return steps;
    }

    private static List<Step> steps(List<ImagePart> layers) {
        List<Step> steps = new ArrayList<>();
        for (ImagePart layer : layers) {
            steps.add(new Step(steps.size() + 1, "", layer));
        }
        return steps;
    }

    /** As a Containerfile has it, without what builders put around it. */
    private static String command(JsonNode step) {
        String text = step.path("created_by").asText(step.path("comment").asText(""));
        if (text.startsWith(RUN + SHELL)) {
            text = text.substring(RUN.length());
        }
        if (text.startsWith(SHELL)) {
            String rest = text.substring(SHELL.length()).strip();
            text = rest.startsWith(NO_RUN) ? rest.substring(NO_RUN.length()) : RUN + rest;
        }
        if (text.endsWith(BUILDKIT)) {
            text = text.substring(0, text.length() - BUILDKIT.length());
        }
        return Some.text(text.strip(), MAX_COMMAND);
    }

    /** Empty where sizes say nothing: of one layer, or of none with any bytes. */
    private static List<Slice> bar(List<ImagePart> layers, long bytes) {
        List<Slice> bar = new ArrayList<>();
        if (bytes <= 0 || layers.size() < 2) {
            return bar;
        }
        double x = 0;
        for (int i = 0; i < Math.min(layers.size(), MAX_SHOWN); i++) {
            long size = layers.get(i).sizeBytes();
            double width = (double) size / bytes * PICTURE;
            // A gap tells neighbours apart where colours do not.
            bar.add(new Slice(i + 1, number(x), number(Math.max(width - 2, 0.5)), i % SHADES, size));
            x += width;
        }
        return bar;
    }

    private static String number(double value) {
        return Double.toString(Math.round(value * 10) / 10.0);
    }
}
