package dev.lading.builder;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.build.BuildPass;
import dev.lading.oci.ParseRoom;
import dev.lading.operation.build.BuildPlan;
import dev.lading.operation.build.BuilderAbilities;
import dev.lading.operation.build.NetworkMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the files of one build that tell buildah what to do, and where to find images. */
record BuildFiles(Path build, BuildPlan plan, BuilderAbilities abilities) {
    /** Where the registry is in a build's network. */
    static final String REGISTRY = "127.0.0.1:5000";

    /** The program that lists what is in an image, if it is there. */
    static final String SBOM = "syft";

    void write(Instant dated) throws IOException {
        Path containers = Files.createDirectory(build.resolve("containers"));
        text(containers, "policy.json", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}\n");
        text(containers, "containers.conf", engine());
        text(containers, "storage.conf", storage());
        text(containers, "registries.conf", registries());
        text(build, "auth.json", login());
        text(build, "Containerfile", plan.containerfile());
        text(build, "inside.sh", Sandbox.resource("inside.sh"));
        text(build, "runtime.sh", Sandbox.resource("runtime.sh"));
        Files.setPosixFilePermissions(build.resolve("runtime.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
        text(build, "steps.sh", steps(dated));
        text(build, "contents.sh", Sandbox.resource("contents.sh"));
        Files.createDirectory(build.resolve("out"));
    }

    private static void text(Path folder, String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String engine() {
        return """
                [engine]
                cgroup_manager = "cgroupfs"
                events_logger = "none"
                """;
    }

    private static String storage() {
        return """
                [storage]
                driver = "overlay"
                graphroot = "/build/storage"
                runroot = "/build/run/storage"
                """;
    }

    /** Source: containers-registries.conf(5). The longest prefix wins there. */
    private String registries() {
        var text = new StringBuilder("""
                unqualified-search-registries = ["docker.io"]
                short-name-mode = "disabled"
                """);
        rule(text, REGISTRY, REGISTRY);
        rule(text, plan.host(), REGISTRY);
        plan.rules().forEach(rule -> rule(text, rule.upstream(), REGISTRY + "/" + rule.path()));
        return text.toString();
    }

    private static void rule(StringBuilder text, String prefix, String location) {
        text.append("[[registry]]\nprefix = ")
                .append(quoted(prefix))
                .append("\nlocation = ")
                .append(quoted(location))
                .append("\ninsecure = true\n");
    }

    /** As a basic string of TOML, which JSON's strings are. */
    private static String quoted(String text) {
        return ParseRoom.JSON.getNodeFactory().textNode(text).toString();
    }

    private String login() {
        ObjectNode file = ParseRoom.JSON.createObjectNode();
        String pair = BuildPass.USER + ":" + plan.token();
        file.putObject("auths")
                .putObject(REGISTRY)
                .put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        return file.toString();
    }

    private String steps(Instant dated) {
        var text = new StringBuilder("set -e\n");
        for (int number = 1; number <= plan.platforms().size(); number++) {
            String platform = plan.platforms().get(number - 1);
            line(text, List.of("echo", "# platform " + platform));
            line(text, image(platform, number, dated));
            text.append("buildah push --quiet --disable-compression \"$(cat /build/image-")
                    .append(number)
                    .append(")\" dir:/build/out/")
                    .append(number)
                    .append(" >/dev/null\n");
            if (abilities.versions().containsKey(SBOM)) {
                text.append("sh /build/contents.sh ").append(number).append('\n');
            }
        }
        return text.toString();
    }

    private List<String> image(String platform, int number, Instant dated) {
        List<String> words = new ArrayList<>(List.of("buildah", "bud", "--format", "oci", "--layers"));
        // With its own, buildah warns of arguments that nobody gave.
        if (!platform.equals(abilities.platforms().getFirst())) {
            words.addAll(List.of("--platform", platform));
        }
        words.addAll(List.of("--timestamp", Long.toString(dated.getEpochSecond())));
        words.addAll(List.of("--network", plan.network() == NetworkMode.NONE ? "none" : "host"));
        words.addAll(List.of("--authfile", "/build/auth.json", "--iidfile", "/build/image-" + number));
        words.add("--http-proxy=false");
        plan.cache().ifPresent(cache -> {
            words.addAll(List.of("--cache-from", REGISTRY + "/" + cache));
            words.addAll(List.of("--cache-to", REGISTRY + "/" + cache));
        });
        if (!plan.ignoring()) {
            words.addAll(List.of("--ignorefile", "/dev/null"));
        }
        plan.target().ifPresent(target -> words.addAll(List.of("--target", target)));
        plan.arguments().forEach((name, value) -> words.addAll(List.of("--build-arg", name + "=" + value)));
        plan.labels().forEach((name, value) -> words.addAll(List.of("--label", name + "=" + value)));
        plan.secrets()
                .keySet()
                .forEach(name -> words.addAll(List.of("--secret", "id=" + name + ",src=/secrets/" + name)));
        words.addAll(List.of("-f", "/build/Containerfile", "/build/context"));
        return words;
    }

    /** Words of the shell, in which nothing but an apostrophe means anything. */
    private static void line(StringBuilder text, List<String> words) {
        text.append(words.stream()
                        .map(word -> "'" + word.replace("'", "'\\''") + "'")
                        .collect(Collectors.joining(" ")))
                .append('\n');
    }
}
