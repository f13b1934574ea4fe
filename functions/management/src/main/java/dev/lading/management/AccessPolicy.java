package dev.lading.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.management.access.Right;
import dev.lading.management.api.Json;
import dev.lading.management.api.Operation;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the operations of one kind of object, as Pulp describes it: by what the methods declare, by which calls
 * are decided.
 *
 * @param viewset the path of the list, without what stands for hrefs
 * @param statements an action each, with its principal, and the permission on its object if it needs one
 */
record AccessPolicy(String viewset, List<ObjectNode> statements) {
    private static final String LIST = "_list";

    UUID id() {
        return UUID.nameUUIDFromBytes(viewset.getBytes(StandardCharsets.UTF_8));
    }

    /** The policies of all kinds of objects that are listed, by viewset. */
    static List<AccessPolicy> of(Collection<Class<?>> resources) {
        List<Method> operations = resources.stream()
                .flatMap(resource -> Arrays.stream(resource.getMethods()))
                .filter(method -> method.isAnnotationPresent(Operation.class))
                .sorted(Comparator.comparing(AccessPolicy::operation))
                .toList();
        List<String> viewsets = operations.stream()
                .filter(method -> operation(method).endsWith(LIST))
                .map(AccessPolicy::viewset)
                .distinct()
                .sorted()
                .toList();
        return viewsets.stream()
                .map(viewset -> new AccessPolicy(
                        viewset,
                        operations.stream()
                                .flatMap(method -> statement(method, viewset, viewsets).stream())
                                .toList()))
                .toList();
    }

    private static String operation(Method method) {
        return method.getAnnotation(Operation.class).id();
    }

    private static String viewset(Method method) {
        return method.getAnnotation(Path.class)
                .value()
                .replaceAll("\\{[^}]*}", "")
                .replaceAll("/+", "/");
    }

    /** Empty: the operation is another viewset's. */
    private static Optional<ObjectNode> statement(Method method, String viewset, List<String> viewsets) {
        return viewsets.stream()
                .filter(each -> operation(method).startsWith(prefix(each)))
                .max(Comparator.comparingInt(String::length))
                .filter(viewset::equals)
                .map(own -> statement(
                        operation(method).substring(prefix(own).length()), method.getAnnotation(Right.class)));
    }

    private static String prefix(String viewset) {
        return viewset.replace('/', '_').replace('-', '_') + "_";
    }

    private static ObjectNode statement(String action, @Nullable Right right) {
        ObjectNode statement = Json.object();
        statement.putArray("action").add(action);
        statement.put("principal", right == null ? "admin" : "authenticated").put("effect", "allow");
        if (right != null && !right.value().equals(Right.BY_CALLER)) {
            statement.put("condition", "has_model_or_obj_perms:" + plugin(right.value()) + right.value());
        }
        return statement;
    }

    private static String plugin(String permission) {
        if (permission.endsWith("_filerepository")) {
            return "file.";
        }
        return permission.endsWith("_group") ? "core." : "container.";
    }
}
