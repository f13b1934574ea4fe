package dev.lading.cli.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.ProgressLine;
import dev.lading.cli.keys.KeyFile;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code import}: sends a bundle to a server, which makes its versions. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Imports a bundle that was exported elsewhere: its versions appear under their numbers, all at once, in new"
                    + " repositories or behind what was imported before.",
            "",
            "Its beginning is checked before the rest is sent. An import that broke off is repeated; what came is not"
                    + " stored again.",
            ""
        })
public final class ImportCommand implements Callable<Integer> {
    private static final String IMPORT = ApiClient.API + "repositories/import/";
    private static final long MEBIBYTE = 1024 * 1024;

    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "The bundle, or volumes of it, in any order; the others may come later.")
    private List<Path> bundles = new ArrayList<>();

    @Option(
            names = "--trust",
            paramLabel = "KEYFILE",
            description =
                    "Public key by which the bundle may be signed, as 'lading keys bundle' prints it there. May be"
                            + " repeated. Without any, it is a key that the server trusts.")
    private List<Path> trusted = new ArrayList<>();

    @Option(names = "--unsigned", description = "Take a bundle that nobody signed.")
    private boolean unsigned;

    @Option(
            names = "--map",
            paramLabel = "NAME=NAME",
            description = "Name of a repository in the bundle, and the one that it gets here. May be repeated.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--as-new-version",
            description = "Take only the newest version, as the next one here, whatever the repository has.")
    private boolean asNewVersion;

    @Option(
            names = "--keep-public",
            description = "Let distributions that are public there be public here; without it all are private.")
    private boolean keepPublic;

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description = "Write what is held afterwards to this file, for the next export. An earlier receipt there is"
                    + " replaced; any other file stays.")
    private @Nullable Path receipt;

    @Option(names = "--dry-run", description = "Only tell what would be made.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print what was made, or would be, as JSON.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not show on standard error how much was sent.")
    private boolean quiet;

    public ImportCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        if (unsigned && !trusted.isEmpty()) {
            throw CommandFailure.usage(
                    "say by --trust who may have signed the bundle, or by --unsigned that nobody need have");
        }
        if (receipt != null) {
            ReceiptFile.requireReplaceable(invocation.folder().resolve(receipt));
        }
        String query = query();
        ApiClient api = new LoginSources(login, invocation).connect();
        var volumes = new VolumeFiles(bundles);
        for (Path bundle : bundles) {
            volumes.add(bundle, rehearse(api, bundle, query));
        }
        JsonNode report = dryRun ? volumes.expected() : volumes.last();
        if (!dryRun) {
            for (Path bundle : volumes.toSend()) {
                report = send(api, IMPORT + "?" + query, bundle);
            }
        }
        tell(report);
        if (receipt != null && !dryRun && VolumeFiles.missing(report).isEmpty()) {
            List<String> repositories = new ArrayList<>();
            report.path("repositories")
                    .forEach(each -> repositories.add(each.path("name").asText()));
            ReceiptFile.write(api, repositories, invocation.folder().resolve(receipt));
        }
        return 0;
    }

    /** Sends the beginning, so that what is refused is told in seconds. */
    private JsonNode rehearse(ApiClient api, Path bundle, String query) {
        Path file = invocation.folder().resolve(bundle);
        try {
            return api.upload(IMPORT + "?" + query + "&dry_run=true", file, BundleHead.bytes(file), sent -> {});
        } catch (IOException e) {
            throw unreadable(bundle, e);
        }
    }

    private static CommandFailure unreadable(Path bundle, IOException e) {
        return CommandFailure.refused("cannot read " + bundle + ": " + e.getMessage());
    }

    private JsonNode send(ApiClient api, String path, Path bundle) {
        Path file = invocation.folder().resolve(bundle);
        Optional<ProgressLine> progress =
                quiet ? Optional.empty() : Optional.of(new ProgressLine(invocation.err(), invocation.terminal()));
        try {
            long size = Files.size(file);
            return api.upload(
                    path,
                    file,
                    size,
                    sent -> progress.ifPresent(line -> line.show(
                            "importing " + bundle.getFileName(), sent / MEBIBYTE + " of " + size / MEBIBYTE + " MiB")));
        } catch (IOException e) {
            throw unreadable(bundle, e);
        } finally {
            progress.ifPresent(ProgressLine::clear);
        }
    }

    private String query() {
        var query = new StringJoiner("&").add("create_repositories=true");
        if (unsigned) {
            query.add("unsigned=true");
        }
        if (asNewVersion) {
            query.add("as_new_version=true");
        }
        if (keepPublic) {
            query.add("keep_public=true");
        }
        trusted.forEach(file ->
                query.add("trusted_key=" + KeyFile.read(invocation.folder().resolve(file))));
        names.forEach(pair -> query.add("map=" + URLEncoder.encode(pair, UTF_8)));
        return query.toString();
    }

    private void tell(JsonNode report) {
        if (json) {
            invocation.out().println(JsonText.of(report));
            return;
        }
        Optional<String> missing = VolumeFiles.missing(report);
        if (missing.isPresent()) {
            print(missing.get());
            if (!dryRun) {
                return;
            }
        }
        String makes = dryRun ? " would be at version " : " is at version ";
        for (JsonNode repository : report.path("repositories")) {
            print(repository.path("name").asText() + makes
                    + repository.path("newest").asLong() + ", with "
                    + repository.path("versions").asLong() + " new versions");
        }
        for (JsonNode name : report.path("taken_distributions")) {
            print("distribution " + name.asText() + (dryRun ? " would not be" : " was not")
                    + " made: its name or base path is something else's");
        }
        long blobs = report.path("missing_blobs").asLong();
        if (blobs > 0) {
            print(blobs + " blobs are missing: they were not fetched before the export");
        }
    }

    private void print(String line) {
        invocation.out().println(PrintableText.of(line));
    }
}
