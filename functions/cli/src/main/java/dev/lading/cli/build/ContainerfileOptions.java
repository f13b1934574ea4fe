package dev.lading.cli.build;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.shell.ByteSize;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.TimeSpan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options of a build from a Containerfile, as podman and docker have them. */
final class ContainerfileOptions {
    /** What {@code RUN} may reach. */
    enum Network {
        none,
        open
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The folder that is sent, but for what its .containerignore, or .dockerignore, names.")
    private @Nullable Path folder;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Containerfile; - is standard input. Else: Containerfile, or Dockerfile, in DIR.")
    private @Nullable String file;

    @Option(
            names = "--platform",
            split = ",",
            paramLabel = "OS/ARCH",
            description = "A platform of the image, such as linux/arm64. May be repeated, or separated by commas.")
    private List<String> platforms = new ArrayList<>();

    @Option(
            names = "--build-arg",
            paramLabel = "NAME[=VALUE]",
            description = "A build argument; without a value, that of the environment. May be repeated.")
    private List<String> arguments = new ArrayList<>();

    @Option(
            names = "--label",
            paramLabel = "NAME[=VALUE]",
            description = "A label of the image; without a value, an empty one. May be repeated.")
    private List<String> labels = new ArrayList<>();

    @Option(names = "--target", paramLabel = "STAGE", description = "The stage that is built. Else: the last.")
    private @Nullable String target;

    @Option(
            names = "--secret",
            paramLabel = "id=NAME,src=FILE",
            description = "A secret for RUN --mount=type=secret, from a file, or from the environment by"
                    + " id=NAME,env=VARIABLE. May be repeated.")
    private List<String> secrets = new ArrayList<>();

    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            description = "What the build reaches beside this registry: none, the usual, or open, for those who may.")
    private @Nullable Network network;

    @Option(names = "--timeout", paramLabel = "TIME", description = "After which the build is ended, such as 30m.")
    private @Nullable String timeout;

    @Option(names = "--memory", paramLabel = "SIZE", description = "Memory of the build at most, such as 2g.")
    private @Nullable String memory;

    @Option(
            names = "--source-date-epoch",
            paramLabel = "SECONDS",
            description = "The time that the image is dated. Else: $$SOURCE_DATE_EPOCH, or that of the newest file.")
    private @Nullable String epoch;

    @Option(names = "--no-cache", description = "Do each step anew.")
    private boolean noCache;

    @Option(names = "--no-keep-log", description = "Keep the log from those who may pull the image.")
    private boolean noKeepLog;

    /** The folder that is sent. */
    Path folder() {
        if (folder == null) {
            throw CommandFailure.usage("name the folder that is sent, such as . for this one");
        }
        return folder;
    }

    Optional<String> file() {
        return Optional.ofNullable(file);
    }

    /** Fields of the call. What was not given is not there, so that the server decides. */
    ObjectNode settings(Invocation invocation) {
        ObjectNode body = JsonText.object();
        if (!platforms.isEmpty()) {
            ArrayNode named = body.putArray("platforms");
            platforms.forEach(each -> named.add(each.strip()));
        }
        putPairs(
                body,
                "build_args",
                arguments,
                name -> Optional.ofNullable(invocation.environment().get(name)));
        putPairs(body, "labels", labels, name -> Optional.of(""));
        BuildSecret.put(body, secrets, invocation);
        if (target != null) {
            body.put("target", target);
        }
        if (network != null) {
            body.put("network", network.name());
        }
        if (timeout != null) {
            body.put("timeout", TimeSpan.parse("--timeout", timeout).toSeconds());
        }
        if (memory != null) {
            body.put("memory", ByteSize.parse("--memory", memory));
        }
        Optional.ofNullable(epoch)
                .or(() -> invocation.variable("SOURCE_DATE_EPOCH"))
                .ifPresent(seconds -> body.put("source_date_epoch", seconds(seconds)));
        if (noCache) {
            body.put("cache", false);
        }
        if (noKeepLog) {
            body.put("keep_log", false);
        }
        return body;
    }

    /** @param alone the value of a name that is given alone; empty: it is as if it were not given */
    private static void putPairs(
            ObjectNode body, String field, List<String> pairs, Function<String, Optional<String>> alone) {
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (name.isBlank()) {
                throw CommandFailure.usage("'" + pair + "' must be a name and a value, as NAME=VALUE");
            }
            Optional<String> value = equals >= 0 ? Optional.of(pair.substring(equals + 1)) : alone.apply(name);
            value.ifPresent(text -> body.withObjectProperty(field).put(name, text));
        }
    }

    private static long seconds(String text) {
        if (!text.matches("[0-9]{1,11}")) {
            throw CommandFailure.usage("a date is in seconds since 1970, and not '" + text + "'");
        }
        return Long.parseLong(text);
    }
}
