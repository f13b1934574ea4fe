package dev.lading.management.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document, generated from the resources: their paths, {@link Operation}s, models and lists. Clients call
 * by its operation ids; pulp-cli reads it before anything else. Source: OpenAPI 3.1.1.
 */
public final class ApiDocument {
    private static final String COMPONENTS = "#/components/schemas/";

    private final List<Class<?>> resources;
    private final Map<String, Model<?>> models;
    private final Map<String, Listing<?>> lists;
    private final Map<String, String> versions;

    /**
     * @param models by name
     * @param lists by operation id
     * @param versions by component; pulp-cli calls nothing before it has seen them
     */
    public ApiDocument(
            List<Class<?>> resources,
            Map<String, Model<?>> models,
            Map<String, Listing<?>> lists,
            Map<String, String> versions) {
        this.resources = List.copyOf(resources);
        this.models = Map.copyOf(models);
        this.lists = Map.copyOf(lists);
        this.versions = Map.copyOf(versions);
    }

    public ObjectNode json() {
        ObjectNode json = Json.object().put("openapi", "3.1.1");
        json.putObject("info")
                .put("title", "Lading: administration of a container registry, as Pulp's REST API")
                .put("version", "v3")
                .set("x-pulp-app-versions", Json.tree(versions));
        json.putArray("servers").addObject().put("url", "/");
        ObjectNode paths = json.putObject("paths");
        ObjectNode components = json.putObject("components");
        ObjectNode schemas = components.putObject("schemas");
        resources.stream()
                .flatMap(resource -> Stream.of(resource.getMethods()))
                .filter(method -> method.isAnnotationPresent(Operation.class))
                .sorted(Comparator.comparing(ApiDocument::path)
                        .thenComparing(
                                method -> method.getAnnotation(Operation.class).id()))
                .forEach(method -> paths.withObjectProperty(path(method)).set(verb(method), operation(method)));
        models.values().stream().sorted(Comparator.comparing(Model::name)).forEach(model -> addSchemas(schemas, model));
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("basicAuth").put("type", "http").put("scheme", "basic");
        return json;
    }

    private static String verb(Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            HttpMethod verb = annotation.annotationType().getAnnotation(HttpMethod.class);
            if (verb != null) {
                return verb.value().toLowerCase(Locale.ROOT);
            }
        }
        throw new IllegalStateException(method + " has no HTTP method");
    }

    /** The path, cut before its last template, which stands for the whole href that leads to it. */
    private static String path(Method method) {
        Path ofClass = method.getDeclaringClass().getAnnotation(Path.class);
        Path ofMethod = method.getAnnotation(Path.class);
        String path = ofClass.value() + (ofMethod == null ? "" : "/" + ofMethod.value());
        path = path.replaceAll("/+", "/");
        if (!path.endsWith("/") && !path.endsWith(".json")) {
            path += "/";
        }
        int template = path.lastIndexOf('{');
        return template < 0 ? path : path.substring(template).replace("}/", "}");
    }

    private ObjectNode operation(Method method) {
        Operation described = method.getAnnotation(Operation.class);
        ObjectNode json = Json.object().put("operationId", described.id()).put("summary", described.summary());
        ArrayNode parameters = json.putArray("parameters");
        String path = path(method);
        if (path.startsWith("{")) {
            parameter(parameters, path.substring(1, path.indexOf('}')), "path", Schema.TEXT, false)
                    .put("required", true);
        }
        Listing<?> list = lists.get(described.id());
        if (list != null) {
            list.parameters().forEach(p -> parameter(parameters, p.name(), "query", p.schema(), p.repeated()));
        }
        if (!described.query().isEmpty()) {
            Model<?> query = Objects.requireNonNull(models.get(described.query()), described.query());
            query.parameters().forEach((name, schema) -> parameter(parameters, name, "query", schema, true));
        }
        if (verb(method).equals("get")) {
            parameter(parameters, "fields", "query", Schema.listOf(Schema.TEXT), true);
            parameter(parameters, "exclude_fields", "query", Schema.listOf(Schema.TEXT), true);
        }
        if (!described.body().isEmpty()) {
            String name = (described.partial() ? "Patched" : "") + described.body();
            ObjectNode content =
                    json.putObject("requestBody").put("required", true).putObject("content");
            for (String type : bodyTypes(described.body())) {
                content.putObject(type).putObject("schema").put("$ref", COMPONENTS + name);
            }
        }
        if (isOpen(method)) {
            json.putArray("security");
        } else {
            json.putArray("security").addObject().putArray("basicAuth");
        }
        answers(json.putObject("responses"), described.answers(), list);
        return json;
    }

    private List<String> bodyTypes(String body) {
        Model<?> model = models.get(body);
        return model != null && model.takesFiles()
                ? List.of(Multipart.TYPE, Body.JSON, Body.FORM)
                : List.of(Body.JSON, Body.FORM);
    }

    private static boolean isOpen(Method method) {
        Needs needs = method.getAnnotation(Needs.class);
        return needs != null && needs.value() == Permission.NONE;
    }

    private static ObjectNode parameter(
            ArrayNode parameters, String name, String place, Schema schema, boolean repeated) {
        ObjectNode json = parameters.addObject().put("name", name).put("in", place);
        json.set("schema", schema.json());
        if (schema.isList()) {
            json.put("style", "form").put("explode", repeated);
        }
        return json;
    }

    private static void answers(ObjectNode responses, String[] answers, @Nullable Listing<?> list) {
        for (String answer : answers) {
            String[] parts = answer.split(" ", 2);
            ObjectNode response = responses
                    .putObject(parts[0])
                    .put(
                            "description",
                            Response.Status.fromStatusCode(Integer.parseInt(parts[0]))
                                    .getReasonPhrase());
            String schema = list == null ? parts.length < 2 ? "" : parts[1] : pageName(list.model());
            if (!schema.isEmpty()) {
                response.putObject("content")
                        .putObject(Body.JSON)
                        .putObject("schema")
                        .put("$ref", COMPONENTS + schema);
            }
        }
    }

    private static String pageName(Model<?> model) {
        return "Paginated" + model.answerName() + "List";
    }

    private void addSchemas(ObjectNode schemas, Model<?> model) {
        if (model.isShown()) {
            schemas.set(model.answerName(), model.answerSchema());
        }
        if (model.isTaken()) {
            schemas.set(model.name(), model.bodySchema(false));
            schemas.set("Patched" + model.name(), model.bodySchema(true));
        }
        if (lists.values().stream().anyMatch(list -> list.model() == model)) {
            schemas.set(pageName(model), page(model));
        }
    }

    private static ObjectNode page(Model<?> model) {
        ObjectNode json = Json.object().put("type", "object");
        json.putArray("required").add("count").add("results");
        ObjectNode properties = json.putObject("properties");
        properties.set("count", Schema.PLAIN_INTEGER.json());
        properties.set("next", Schema.URI.orNull().json());
        properties.set("previous", Schema.URI.orNull().json());
        properties.set(
                "results", Schema.listOf(Schema.reference(model.answerName())).json());
        return json;
    }
}
