package dev.lading.cli.build;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.BlobPush;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.ProgressLine;
import dev.lading.cli.api.RepositoryLookup;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code build}: makes an image as a file declares it. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Makes an image of a base and files above it, without a builder: nothing is run.",
            "",
            "Files that the repository has are not sent again. The base's layers are linked, and not moved; the image"
                    + " has the base's platforms, or those that are named. The same files and settings make the same"
                    + " digest.",
            ""
        },
        footer = {
            "",
            "A declaration is YAML:",
            "",
            "  base: bases/java:21                # or with a digest: bases/java@sha256:...",
            "  platforms: [linux/amd64]           # absent: all that the base has",
            "  files:",
            "    - from: target/app.jar           # a file, or a folder with all below it",
            "      to: /app/app.jar",
            "      mode: \"0644\"                   # absent: 0755 if it may be executed here, else 0644",
            "  entrypoint: [java, -jar, /app/app.jar]",
            "",
            "and environment, command, working_directory, user, labels, exposed_ports, created.",
            ""
        })
public final class BuildCommand implements Callable<Integer> {
    private static final long MEBIBYTE = 1024 * 1024;

    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Mixin
    private TaskOptions task;

    @Option(
            names = "--declare",
            required = true,
            paramLabel = "FILE",
            description = "The file that declares the image. Paths in it begin at its folder.")
    private Path declared;

    @Option(
            names = {"-t", "--tag"},
            required = true,
            paramLabel = "REPO:TAG",
            description = "What the image is called. May be repeated, for one repository.")
    private List<String> names;

    public BuildCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        List<Name> parsed = names.stream().map(Name::parse).toList();
        if (parsed.stream().map(Name::repository).distinct().count() > 1) {
            throw CommandFailure.usage("one image goes to one repository; promote it to others");
        }
        String repository = parsed.getFirst().repository();
        List<String> tags = parsed.stream().map(Name::tag).toList();
        ImageFile image = ImageFile.read(invocation.folder().resolve(declared));
        ApiClient api = new LoginSources(login, invocation).connect();
        RepositoryLookup lookup = new RepositoryLookup(api);
        ObjectNode body = image.settings().put("base", image.base());
        body.put("base_repository", lookup.repository(image.baseRepository()));
        ArrayNode sent = body.putArray("tags");
        tags.forEach(sent::add);
        push(api, repository, image, body.putArray("files"));
        return task.await(
                api,
                invocation,
                api.post(lookup.repository(repository) + "declare_image/", body),
                repository,
                "the image as " + String.join(", ", tags));
    }

    /** @param repository that gets the image */
    private record Name(String repository, String tag) {
        static Name parse(String name) {
            int colon = name.lastIndexOf(':');
            if (colon <= name.lastIndexOf('/') || colon == name.length() - 1) {
                throw CommandFailure.usage("--tag " + name + " must be a repository and a tag, as team/app:1.0");
            }
            return new Name(name.substring(0, colon), name.substring(colon + 1));
        }
    }

    private void push(ApiClient api, String repository, ImageFile image, ArrayNode files) {
        Optional<ProgressLine> progress = task.progress(invocation);
        try (var push = new BlobPush(api)) {
            int number = 0;
            for (ImageFile.Copied file : image.files()) {
                number++;
                String of = "file " + number + " of " + image.files().size();
                String digest = push.push(
                        repository,
                        file.from(),
                        bytes -> progress.ifPresent(
                                line -> line.show("pushing", of + ", " + bytes / MEBIBYTE + " MiB")));
                files.addObject().put("path", file.to()).put("digest", digest).put("mode", file.mode());
            }
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read what is to be pushed: " + e.getMessage());
        } finally {
            progress.ifPresent(ProgressLine::clear);
        }
    }
}
