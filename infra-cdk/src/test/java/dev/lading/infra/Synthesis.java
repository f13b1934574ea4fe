package dev.lading.infra;

import dev.lading.infra.option.LadingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipOutputStream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Template;

/** The stacks of given options, and their templates. Functions are zips without content. */
public final class Synthesis {
    /** One synthesis for each set of options that the tests use. */
    private static final Map<String, Synthesis> MADE = new ConcurrentHashMap<>();

    /** Stand-ins for what is deployed, made once: tests run side by side, in processes, too. */
    private static final Path BUILT = functions();

    private final LadingStacks stacks;
    private final Map<Stack, Template> templates = new HashMap<>();

    private Synthesis(String... options) {
        Map<String, Object> context = new HashMap<>();
        for (String option : options) {
            String[] nameAndValue = option.split("=", 2);
            context.put(nameAndValue[0], nameAndValue[1]);
        }
        context.put("functions", BUILT.toString());
        stacks = LadingStacks.in(new App(), LadingOptions.parse(context));
    }

    /** @param options such as {@code removal=destroy} */
    public static Synthesis with(String... options) {
        return MADE.computeIfAbsent(Arrays.toString(options), o -> new Synthesis(options));
    }

    public LadingStacks stacks() {
        return stacks;
    }

    Template storage() {
        return template(stacks.storage());
    }

    Template api() {
        return template(stacks.api());
    }

    Template registry() {
        return template(stacks.registry());
    }

    Template upload() {
        return template(stacks.upload());
    }

    Template uploadFunction() {
        return template(stacks.uploadFunction());
    }

    Template observability() {
        return template(stacks.observability());
    }

    public Template template(Stack stack) {
        return templates.computeIfAbsent(stack, Template::fromStack);
    }

    private static Path functions() {
        Path built = Path.of(
                "target/without-content", Long.toString(ProcessHandle.current().pid()));
        try {
            for (String module : new String[] {"registry-lambda", "management-lambda", "tasks", "maintenance"}) {
                Path target = Files.createDirectories(built.resolve(module).resolve("target"));
                new ZipOutputStream(Files.newOutputStream(target.resolve("function.zip"))).close();
            }
            Path server = Files.createDirectories(built.resolve("server/target"));
            new ZipOutputStream(Files.newOutputStream(server.resolve("upload-function.zip"))).close();
            Path upload = Files.createDirectories(built.resolve("server/target/upload-service"));
            Files.copy(
                    Path.of("upload-service/Dockerfile"),
                    upload.resolve("Dockerfile"),
                    StandardCopyOption.REPLACE_EXISTING);
            return built;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
