package dev.lading.management.resource;

import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.metadata.Labels;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code set_label/} and {@code unset_label/} of any resource, and labels in bodies. */
public final class LabelActions {
    private static final Pattern KEY = Pattern.compile("[\\w .\\-]+", Pattern.UNICODE_CHARACTER_CLASS);
    /** Status in Pulp's contract for repositories and remotes; everything else answers 200. */
    public static final int CREATED = 201;

    public static final int OK = 200;

    record Label(String key, @Nullable String value) {}

    static final Model<Label> SET = new Model<Label>("SetLabel")
            .requires("key", Schema.TEXT.filled(), Label::key)
            .requires("value", Schema.TEXT.orNull(), Label::value);

    static final Model<Label> UNSET = new Model<Label>("UnsetLabel")
            .requires("key", Schema.TEXT.filled(), Label::key)
            .shows("value", Schema.TEXT, Label::value);

    public static final List<Model<?>> MODELS = List.of(SET, UNSET);

    private LabelActions() {}

    /** Labels of a body. */
    public static Labels labels(Values body, Labels before) {
        Map<String, @Nullable String> labels = body.texts("pulp_labels", before.values());
        labels.forEach((key, value) -> require("pulp_labels", key, value));
        return new Labels(labels);
    }

    private static void require(String field, String key, @Nullable String value) {
        if (!KEY.matcher(key).matches()) {
            throw Problem.field(field, "a key has letters, digits, spaces and _.- only, '" + key + "' has others");
        }
        if (value != null && (value.indexOf('(') >= 0 || value.indexOf(')') >= 0)) {
            throw Problem.field(field, "the value of '" + key + "' has a bracket");
        }
    }

    /** @param update applies a change to the labels of the resource */
    public static Response set(int status, RoutingContext request, Consumer<UnaryOperator<Labels>> update)
            throws IOException {
        Values values = Body.read(SET, request, false);
        Label label = new Label(
                values.text("key"), values.text("value", Optional.empty()).orElse(null));
        require("value", label.key(), label.value());
        update.accept(before -> {
            Map<String, @Nullable String> labels = new TreeMap<>(before.values());
            labels.put(label.key(), label.value());
            return new Labels(labels);
        });
        return Responses.of(status, SET, label).build();
    }

    /** @param update applies a change to the labels of the resource */
    public static Response unset(int status, RoutingContext request, Consumer<UnaryOperator<Labels>> update)
            throws IOException {
        String key = Body.read(UNSET, request, false).text("key");
        Map<String, @Nullable String> removed = new TreeMap<>();
        update.accept(before -> {
            Map<String, @Nullable String> labels = new TreeMap<>(before.values());
            if (!labels.containsKey(key)) {
                throw Problem.field("key", "there is no label '" + key + "'");
            }
            removed.put(key, labels.remove(key));
            return new Labels(labels);
        });
        return Responses.of(status, UNSET, new Label(key, removed.get(key))).build();
    }
}
