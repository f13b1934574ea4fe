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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
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
            "Makes an image from a Containerfile, or of a base and files above it.",
            "",
            "The folder is sent to the server, which builds; its log is shown as it comes, and Ctrl-C cancels the build."
                    + " With --quiet there is no log.",
            "",
            "A declared image needs no builder: nothing is run. The base's layers are linked, and not moved; the image"
                    + " has the base's platforms, or those that are named. The same files and settings make the same"
                    + " digest.",
            "",
            "What the repository has is not sent again.",
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
            paramLabel = "FILE",
            description = "The file that declares the image. Paths in it begin at its folder.")
    private @Nullable Path declared;

    @Option(
            names = {"-t", "--tag"},
            required = true,
            paramLabel = "REPO:TAG",
            description = "What the image is called. May be repeated, for one repository.")
    private List<String> names;

    @ArgGroup(exclusive = false, heading = "%nFrom a Containerfile:%n")
    private @Nullable ContainerfileOptions containerfile;

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
        LoginSources sources = new LoginSources(login, invocation);
        String outcome = "the image as " + String.join(", ", tags);
        if (declared != null) {
            requireDeclaredAlone();
            return declare(ImageFile.read(invocation.folder().resolve(declared)), sources, repository, tags, outcome);
        }
        if (containerfile == null) {
            throw CommandFailure.usage(
                    "name the folder to build from, or by --declare the file that declares an image");
        }
        if (login.passwordOnStdin() && Containerfile.isStdin(containerfile.file())) {
            throw CommandFailure.usage("the password and the Containerfile cannot both come from standard input");
        }
        var build = new ContainerfileBuild(invocation, task, containerfile);
        ApiClient api = sources.connect();
        build.push(api, repository, tags);
        // After the push, which makes a repository that is not there.
        String href = new RepositoryLookup(api).repository(repository);
        return task.report(invocation, build.run(api, href + "build_image/"), repository, outcome);
    }

    private void requireDeclaredAlone() {
        if (containerfile != null) {
            throw CommandFailure.usage(
                    "an image is declared or built from a Containerfile: beside --declare there is no"
                            + " folder, and no option of a Containerfile");
        }
    }

    private int declare(ImageFile image, LoginSources sources, String repository, List<String> tags, String outcome) {
        ApiClient api = sources.connect();
        RepositoryLookup lookup = new RepositoryLookup(api);
        ObjectNode body = image.settings().put("base", image.base());
        tags.forEach(body.putArray("tags")::add);
        // Where functions serve, that for pushes and that for the API start together.
        try (var aside = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> base = aside.submit(() -> lookup.repository(image.baseRepository()));
            push(api, repository, image, body.putArray("files"), () -> requireNotFailed(base));
            body.put("base_repository", found(base));
        }
        return task.await(
                api, invocation, api.post(lookup.repository(repository) + "declare_image/", body), repository, outcome);
    }

    private static void requireNotFailed(Future<String> base) {
        if (base.state() == Future.State.FAILED) {
            found(base);
        }
    }

    private static String found(Future<String> base) {
        try {
            return base.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CommandFailure failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.noServer("stopped waiting");
        }
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

    /** @param check fails where it is of no use to go on */
    private void push(ApiClient api, String repository, ImageFile image, ArrayNode files, Runnable check) {
        Optional<ProgressLine> progress = task.progress(invocation);
        try (var push = new BlobPush(api)) {
            if (image.files().isEmpty()) {
                push.pushNothing(repository);
            }
            int number = 0;
            for (ImageFile.Copied file : image.files()) {
                number++;
                String of = "file " + number + " of " + image.files().size();
                String digest = push.push(repository, file.from(), bytes -> {
                    check.run();
                    progress.ifPresent(line -> line.show("pushing", of + ", " + bytes / MEBIBYTE + " MiB"));
                });
                files.addObject().put("path", file.to()).put("digest", digest).put("mode", file.mode());
            }
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read what is to be pushed: " + e.getMessage());
        } finally {
            progress.ifPresent(ProgressLine::clear);
        }
    }
}
