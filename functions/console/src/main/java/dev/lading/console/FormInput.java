package dev.lading.console;

import dev.lading.management.api.Problem;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the fields of a form hold, and what is wrong with them.
 *
 * @param problems by field, with {@link Problem#NO_FIELD} for what is of none
 */
public record FormInput(Map<String, String> values, Map<String, String> problems) {
    public static final String PASSWORD = "password";

    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;

    /** Fields that no page shows again. */
    private static final Set<String> UNSHOWN = Set.of(PASSWORD, ConsoleForm.TOKEN);

    public FormInput {
        values = Map.copyOf(values);
    }

    /** A field's value that holds one entry in each line. */
    public static String lines(List<?> entries) {
        return entries.stream().map(Object::toString).collect(Collectors.joining("\n"));
    }

    public static FormInput of(Map<String, String> values) {
        return new FormInput(values, Map.of());
    }

    /** What a form sent, but for its secrets. */
    public static FormInput sent(RoutingContext request) {
        Map<String, String> values = new LinkedHashMap<>();
        ConsoleForm.of(request).fields().stream()
                .filter(field -> !UNSHOWN.contains(field.name()))
                .forEach(field -> values.putIfAbsent(field.name(), field.value()));
        return of(values);
    }

    /** This input with a value where a field was left empty. */
    public FormInput orElse(String field, String value) {
        if (!value(field).isBlank()) {
            return this;
        }
        Map<String, String> filled = new LinkedHashMap<>(values);
        filled.put(field, value);
        return new FormInput(filled, problems);
    }

    public String value(String field) {
        return values.getOrDefault(field, "");
    }

    /** Whether a box is ticked. */
    public boolean has(String field) {
        return values.containsKey(field);
    }

    /** What is wrong with a field; empty: nothing. */
    public String problem(String field) {
        return problems.getOrDefault(field, "");
    }

    /** This input with the reason why it was refused; throws on what was no refusal of input. */
    public FormInput refused(RuntimeException reason) {
        return new FormInput(
                values,
                switch (reason) {
                    case Problem problem
                    when problem.status() == BAD_REQUEST || problem.status() == CONFLICT -> messages(problem);
                    case FieldInvalid invalid -> Map.of(invalid.field(), invalid.getMessage());
                    case EntityInUse inUse -> Map.of(Problem.NO_FIELD, inUse.getMessage());
                    case EntityUnknown unknown -> Map.of(Problem.NO_FIELD, unknown.getMessage());
                    default -> throw reason;
                });
    }

    private static Map<String, String> messages(Problem problem) {
        Map<String, String> messages = new LinkedHashMap<>();
        problem.document().forEach((field, said) -> messages.put(field, sentence(said)));
        return messages;
    }

    private static String sentence(Object said) {
        return said instanceof List<?> list
                ? list.stream().map(Object::toString).collect(Collectors.joining("; "))
                : said.toString();
    }
}
