package dev.lading.cli.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.shell.SmallFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file that declares an image: YAML with a base, files, and how it runs.
 *
 * @param baseRepository where the base is
 * @param base tag or digest
 * @param files as they are named, those of a folder in the order of their paths
 * @param settings what is sent as it stands: the fields of the call, but those above
 */
record ImageFile(String baseRepository, String base, List<Copied> files, ObjectNode settings) {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern BASE = Pattern.compile("([^@:]+)(?::([^@:/]+)|@(sha256:[0-9a-f]{64}))");
    private static final Set<String> SENT = Set.of(
            "platforms",
            "environment",
            "entrypoint",
            "command",
            "working_directory",
            "user",
            "labels",
            "exposed_ports",
            "created");
    private static final Set<String> OF_FILE = Set.of("from", "to", "mode");

    /** A file here, and its place in the image. */
    record Copied(Path from, String to, String mode) {}

    /** @throws CommandFailure if the file is none, or names files that are not there */
    static ImageFile read(Path file) {
        JsonNode root = parse(file);
        if (!(root instanceof ObjectNode settings)) {
            throw wrong(file, "it must have fields, such as base");
        }
        Matcher base = BASE.matcher(text(file, settings.remove("base"), "base"));
        if (!base.matches()) {
            throw wrong(file, "base must be an image of this registry, as bases/java:21 or with a digest");
        }
        List<Copied> files = new ArrayList<>();
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        JsonNode named = Optional.ofNullable(settings.remove("files")).orElse(YAML.createArrayNode());
        if (!named.isArray()) {
            throw wrong(file, "files must be a list, each with from and to");
        }
        for (JsonNode each : named) {
            each.fieldNames().forEachRemaining(name -> {
                if (!OF_FILE.contains(name)) {
                    throw wrong(file, "a file has from, to and mode, and no '" + name + "'");
                }
            });
            Path from = folder.resolve(text(file, each.get("from"), "from of a file"));
            String to = text(file, each.get("to"), "to of a file");
            // Without quotes, YAML reads 0644 as a number: 420.
            Optional<String> mode =
                    Optional.ofNullable(each.get("mode")).map(given -> text(file, given, "mode of a file, in quotes,"));
            files.addAll(below(file, from, to, mode));
        }
        settings.fieldNames().forEachRemaining(name -> {
            if (!SENT.contains(name)) {
                throw wrong(
                        file,
                        "there is no field '" + name + "'; there are base, files, "
                                + String.join(", ", SENT.stream().sorted().toList()));
            }
        });
        return new ImageFile(base.group(1), Optional.ofNullable(base.group(2)).orElse(base.group(3)), files, settings);
    }

    private static JsonNode parse(Path file) {
        try {
            String text = SmallFile.read(file);
            requireNoAlias(file, text);
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw CommandFailure.usage(file + " is not YAML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    /** The parser reads an alias as a text, which is its name. */
    private static void requireNoAlias(Path file, String text) throws IOException {
        try (YAMLParser tokens = YAML.getFactory().createParser(text)) {
            while (tokens.nextToken() != null) {
                if (tokens.isCurrentAlias()) {
                    throw wrong(file, "it has the alias *" + tokens.getText() + "; write out what that stands for");
                }
            }
        }
    }

    private static CommandFailure wrong(Path file, String what) {
        return CommandFailure.usage(file + " declares no image: " + what);
    }

    private static String text(Path file, @Nullable JsonNode node, String field) {
        if (node == null || !node.isTextual() || node.asText().isBlank()) {
            throw wrong(file, field + " is missing");
        }
        return node.asText();
    }

    /** A file, or all files below a folder. */
    private static List<Copied> below(Path file, Path from, String to, Optional<String> mode) {
        if (!Files.exists(from)) {
            throw wrong(file, "there is no " + from);
        }
        try (Stream<Path> found = Files.walk(from)) {
            return found.filter(each -> !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .map(each -> copied(file, from, each, to, mode))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw CommandFailure.usage("cannot read " + from + ": " + e.getMessage());
        }
    }

    private static Copied copied(Path file, Path from, Path each, String to, Optional<String> mode) {
        // A link would be whatever it leads to on this machine.
        if (!Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
            throw wrong(file, each + " is a link, or no file");
        }
        String below = from.relativize(each).toString().replace('\\', '/');
        String place = below.isEmpty() ? to : to.replaceFirst("/*$", "/") + below;
        return new Copied(each, place, mode.orElse(Files.isExecutable(each) ? "0755" : "0644"));
    }
}
