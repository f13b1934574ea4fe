package dev.lading.cli.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.shell.Invocation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Secrets of a build, spelled as docker spells them. Their values are bytes, and are sent in base64. */
final class BuildSecret {
    private static final Set<String> KEYS = Set.of("id", "src", "source", "env", "type");
    private static final Set<String> TYPES = Set.of("file", "env");
    private static final int MOST_BYTES = 64 * 1024;

    private BuildSecret() {}

    static void put(ObjectNode body, List<String> secrets, Invocation invocation) {
        for (String secret : secrets) {
            Map<String, String> parts = parts(secret);
            Optional<String> file =
                    Optional.ofNullable(parts.get("src")).or(() -> Optional.ofNullable(parts.get("source")));
            Optional<String> variable = Optional.ofNullable(parts.get("env"));
            String id = parts.getOrDefault("id", "");
            if (id.isEmpty() || file.isPresent() == variable.isPresent()) {
                throw wrong(secret);
            }
            byte[] value = file.map(name -> read(invocation.folder().resolve(name)))
                    .orElseGet(() -> value(invocation, variable.orElseThrow()));
            body.withObjectProperty("secrets").put(id, value);
        }
    }

    private static Map<String, String> parts(String secret) {
        Map<String, String> parts = new HashMap<>();
        for (String part : secret.split(",", -1)) {
            String[] pair = part.split("=", 2);
            if (pair.length < 2 || !KEYS.contains(pair[0]) || parts.put(pair[0], pair[1]) != null) {
                throw wrong(secret);
            }
        }
        if (!TYPES.contains(parts.getOrDefault("type", "file"))) {
            throw wrong(secret);
        }
        return parts;
    }

    private static CommandFailure wrong(String secret) {
        return CommandFailure.usage("--secret " + secret + " must be spelled id=NAME,src=FILE or id=NAME,env=VARIABLE");
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] value = in.readNBytes(MOST_BYTES + 1);
            if (value.length > MOST_BYTES) {
                throw CommandFailure.usage(file + " is no secret: it is longer than 64 KiB");
            }
            return value;
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file, e);
        }
    }

    private static byte[] value(Invocation invocation, String variable) {
        return Optional.ofNullable(invocation.environment().get(variable))
                .orElseThrow(() -> CommandFailure.usage("there is no variable " + variable + " for a secret"))
                .getBytes(UTF_8);
    }
}
