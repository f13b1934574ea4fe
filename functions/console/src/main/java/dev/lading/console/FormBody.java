package dev.lading.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.management.api.Json;
import dev.lading.remote.RemoteSecrets;
import io.vertx.ext.web.RoutingContext;
import java.util.stream.Stream;

/** The fields of a form as a body of the REST API, so that one rule reads both. */
public final class FormBody {
    private final RoutingContext request;
    private final ObjectNode json = Json.object();

    public FormBody(RoutingContext request) {
        this.request = request;
    }

    /** Adds fields as they are. */
    public FormBody texts(String... fields) {
        for (String field : fields) {
            json.put(field, ConsoleForm.text(request, field));
        }
        return this;
    }

    /** Adds those of some fields that were filled in. */
    public FormBody filled(String... fields) {
        for (String field : fields) {
            String text = ConsoleForm.text(request, field);
            if (!text.isEmpty()) {
                json.put(field, text);
            }
        }
        return this;
    }

    /** Adds fields, of which an empty one says that there is none. */
    public FormBody optional(String... fields) {
        for (String field : fields) {
            String text = ConsoleForm.text(request, field);
            json.put(field, text.isEmpty() ? null : text);
        }
        return this;
    }

    /** Adds fields that hold one entry in each line, or between commas. */
    public FormBody lists(String... fields) {
        for (String field : fields) {
            ArrayNode list = json.putArray(field);
            Stream.of(ConsoleForm.text(request, field).split("[\\n,]"))
                    .map(String::strip)
                    .filter(entry -> !entry.isEmpty())
                    .forEach(list::add);
        }
        return this;
    }

    /** Adds a secret that was filled in, with the blanks around it. */
    public FormBody secret(String field) {
        ConsoleForm.of(request)
                .first(field)
                .filter(secret -> !secret.isEmpty())
                .ifPresent(secret -> json.put(field, secret));
        return this;
    }

    /** Adds boxes: those that are not ticked are not sent. */
    public FormBody boxes(String... fields) {
        for (String field : fields) {
            json.put(field, ConsoleForm.of(request).first(field).isPresent());
        }
        return this;
    }

    /** Adds numbers, of which an empty one says that there is none. */
    public FormBody optionalNumbers(String... fields) {
        for (String field : fields) {
            json.putNull(field);
        }
        return numbers(fields);
    }

    /** Adds numbers that were filled in. */
    public FormBody numbers(String... fields) {
        for (String field : fields) {
            String text = ConsoleForm.text(request, field);
            if (text.matches("[0-9]{1,18}")) {
                json.put(field, Long.parseLong(text));
            } else if (!text.isEmpty()) {
                json.put(field, text);
            }
        }
        return this;
    }

    public FormBody with(String field, String value) {
        json.put(field, value);
        return this;
    }

    public FormBody without(String field) {
        json.putNull(field);
        return this;
    }

    /** Adds the login at an upstream: one that is entered, or none if it is dropped; else it stays as it is. */
    public FormBody login() {
        return ConsoleForm.of(request).first("drop_credentials").isPresent()
                ? without(RemoteSecrets.USERNAME).without(RemoteSecrets.PASSWORD)
                : filled(RemoteSecrets.USERNAME).secret(RemoteSecrets.PASSWORD);
    }

    public ObjectNode json() {
        return json;
    }
}
