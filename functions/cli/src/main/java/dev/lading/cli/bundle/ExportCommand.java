package dev.lading.cli.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.api.ProgressLine;
import dev.lading.cli.api.RepositoryLookup;
import dev.lading.cli.api.WrittenExport;
import dev.lading.cli.keys.KeyFile;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.ByteSize;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.cli.shell.VersionName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export}: writes a bundle of repositories. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Writes a signed bundle of repositories with all their versions: an OCI image layout in a tar, which skopeo,"
                    + " podman, docker, oras, regctl and crane read, too.",
            "",
            "The server sends it as it makes it. A file is there under its name once it is whole.",
            "Functions on AWS write it to S3, by an exporter that is made for it, and it is downloaded from there; that"
                    + " is for the administrator.",
            ""
        })
public final class ExportCommand implements Callable<Integer> {
    private static final String EXPORT = ApiClient.API + "repositories/export/";

    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Parameters(
            arity = "0..*",
            paramLabel = "REPO",
            description = "Repositories: by name up to the newest version, or as name@number up to another.")
    private List<String> repositories = new ArrayList<>();

    @Option(
            names = "--distribution",
            paramLabel = "BASE_PATH",
            description = "What a distribution serves: its repository, up to the version that it is pinned to, or the"
                    + " newest. May be repeated, and beside repositories.")
    private List<String> distributions = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "VERSION",
            description = "Only what came after a version, which the other side has: its number, or name@number where"
                    + " there are several repositories. May be repeated.")
    private List<String> since = new ArrayList<>();

    @Option(
            names = "--receipt",
            paramLabel = "FILE",
            description = "Only what the other side does not have, as its receipt says, which 'lading receipt' or"
                    + " 'lading import --receipt' wrote there.")
    private @Nullable Path receipt;

    @Option(
            names = "--trust",
            paramLabel = "KEYFILE",
            description = "Public key by which the receipt may be signed, as 'lading keys bundle' prints it there. May"
                    + " be repeated.")
    private List<Path> trusted = new ArrayList<>();

    @Option(names = "--unsigned", description = "Take a receipt that nobody signed.")
    private boolean unsigned;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "The file to write, which must not be there; - is standard output.")
    private @Nullable String output;

    @Option(
            names = "--volume-size",
            paramLabel = "SIZE",
            description = "Cut the bundle into volumes of at most this size, such as 4GiB, each a file: FILE.001 and so"
                    + " on. Each is verified and imported alone, in any order.")
    private @Nullable String volumeSize;

    @Option(
            names = "--volume",
            paramLabel = "NUMBER",
            description = "Make this volume alone, with the same versions and size as the others: one that was lost."
                    + " May be repeated.")
    private List<Integer> volumes = new ArrayList<>();

    @Option(
            names = "--allow-missing",
            description = "Leave out, and name in the bundle, what is on demand and was not fetched.")
    private boolean allowMissing;

    @Option(names = "--dry-run", description = "Only tell what the bundle would hold.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print what was written, or would be, as JSON.")
    private boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not show on standard error how much has come.")
    private boolean quiet;

    public ExportCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        if (repositories.isEmpty() && distributions.isEmpty()) {
            throw CommandFailure.usage("name a repository, or a distribution by --distribution");
        }
        if (!dryRun && output == null) {
            throw CommandFailure.usage("say where to write the bundle by --output, or use --dry-run");
        }
        boolean toStdout = "-".equals(output);
        if (toStdout && json) {
            throw CommandFailure.usage("--json and the bundle cannot both go to standard output");
        }
        if (volumeSize == null && !volumes.isEmpty()) {
            throw CommandFailure.usage("say by --volume-size how large the volumes are");
        }
        if (toStdout && volumeSize != null && volumes.size() != 1) {
            throw CommandFailure.usage("one volume goes to standard output; say by --volume which");
        }
        if (receipt == null ? unsigned || !trusted.isEmpty() : unsigned == !trusted.isEmpty()) {
            throw CommandFailure.usage("say with --receipt by --trust who may have signed it, or by --unsigned that"
                    + " nobody need have");
        }
        Optional<String> held = Optional.ofNullable(receipt)
                .map(file -> ReceiptFile.read(invocation.folder().resolve(file)));
        ArrayNode keys = JsonText.object().putArray("keys");
        trusted.forEach(file -> keys.add(KeyFile.read(invocation.folder().resolve(file))));
        ApiClient api = new LoginSources(login, invocation).connect();
        ObjectNode body = body(new RepositoryLookup(api));
        held.ifPresent(text ->
                body.put("receipt", text).put("receipt_unsigned", unsigned).set("receipt_keys", keys));
        if (volumeSize != null) {
            body.put("volume_size", ByteSize.parse("--volume-size", volumeSize));
        }
        if (dryRun) {
            tell(api.post(EXPORT, body.put("dry_run", true)));
            return 0;
        }
        try {
            if (volumeSize != null) {
                writeVolumes(api, body, toStdout);
            } else {
                ObjectNode told = write(api, body, toStdout, String.valueOf(output));
                print(told, "wrote ", toStdout);
            }
            return 0;
        } catch (IOException e) {
            throw CommandFailure.refused("cannot write " + output + ": " + e.getMessage());
        }
    }

    /** Writes an archive to standard output or a file, and returns what is told of it. */
    private ObjectNode write(ApiClient api, ObjectNode body, boolean toStdout, String name) throws IOException {
        Optional<ProgressLine> progress =
                quiet ? Optional.empty() : Optional.of(new ProgressLine(invocation.err(), invocation.terminal()));
        var download = new BundleDownload(progress);
        if (toStdout) {
            download(api, body, download, invocation.out(), progress);
        } else {
            BundleDownload.intoFile(
                    invocation.folder().resolve(name), file -> download(api, body, download, file, progress));
        }
        return JsonText.object()
                .put("file", name)
                .put("bytes", download.bytes())
                .put("sha256", download.sha256());
    }

    private void print(ObjectNode told, String wrote, boolean toStdout) {
        if (json) {
            invocation.out().println(JsonText.of(told));
        } else {
            String line = wrote + told.path("bytes").asLong() + " bytes, sha256 "
                    + told.path("sha256").asText();
            (toStdout ? invocation.err() : invocation.out()).println(PrintableText.of(line));
        }
    }

    /** Writes volumes of what is newest now: a version that comes meanwhile is in none of them. */
    private void writeVolumes(ApiClient api, ObjectNode body, boolean toStdout) throws IOException {
        JsonNode summary = api.post(EXPORT, body.deepCopy().put("dry_run", true));
        int count = summary.path("volumes").asInt();
        List<Integer> numbers =
                volumes.isEmpty() ? IntStream.rangeClosed(1, count).boxed().toList() : volumes;
        if (numbers.stream().anyMatch(number -> number < 1 || number > count)) {
            throw CommandFailure.usage("there are " + count + " volumes of that size");
        }
        if (!toStdout) {
            numbers.forEach(
                    number -> BundleDownload.requireAbsent(invocation.folder().resolve(volumeName(number))));
        }
        body.set("versions", summary.path("versions"));
        body.set("bundle", summary.path("bundle"));
        for (int number : numbers) {
            String name = volumeName(number);
            ObjectNode told = write(api, body.put("volume", number), toStdout, name);
            print(
                    told.put("volume", number).put("volumes", count),
                    name + ", volume " + number + " of " + count + ": ",
                    toStdout);
        }
    }

    private String volumeName(int number) {
        return "%s.%03d".formatted(output, number);
    }

    private void download(
            ApiClient api, ObjectNode body, BundleDownload download, OutputStream out, Optional<ProgressLine> progress)
            throws IOException {
        if (api.download(EXPORT, body, in -> download.copy(in, out))) {
            return;
        }
        if (volumeSize != null || receipt != null) {
            throw CommandFailure.usage("functions write whole bundles and increments from a version: for volumes and"
                    + " receipts run a server on the same bucket and table");
        }
        if (allowMissing) {
            throw CommandFailure.usage("bundles are written by an exporter here, which fetches what is missing: leave"
                    + " --allow-missing out");
        }
        try (var export = new WrittenExport(api, body.path("repositories"))) {
            String written = export.download(
                    body.path("versions"), body.path("start_versions"), progress, in -> download.copy(in, out));
            if (!written.equals(download.sha256())) {
                throw CommandFailure.refused(
                        "what came is not what was written: its SHA-256 is " + download.sha256() + ", not " + written);
            }
        }
    }

    private ObjectNode body(RepositoryLookup lookup) {
        Map<String, String> hrefs = new LinkedHashMap<>();
        ObjectNode body = JsonText.object();
        ArrayNode versions = body.putArray("versions");
        for (String text : repositories) {
            VersionName wanted = VersionName.ofRepository(text);
            String name = wanted.repository().orElseThrow();
            hrefs.put(name, lookup.repository(name));
            wanted.number().ifPresent(number -> versions.add(version(hrefs, name, number)));
        }
        for (String path : distributions) {
            RepositoryLookup.Served served = lookup.served(path);
            String other = hrefs.put(path, served.repository());
            if (other != null && !other.equals(served.repository())) {
                throw CommandFailure.usage("the distribution at '" + path + "' serves another repository than '" + path
                        + "'; export them one after the other");
            }
            served.version().ifPresent(versions::add);
        }
        ArrayNode starts = body.putArray("start_versions");
        for (String text : since) {
            VersionName start = VersionName.ofVersion(text);
            if (start.repository().isEmpty() && hrefs.size() > 1) {
                throw CommandFailure.usage(
                        "say of which repository --since " + text + " is a version, as in name@" + text);
            }
            String name =
                    start.repository().orElseGet(() -> hrefs.keySet().iterator().next());
            if (!hrefs.containsKey(name)) {
                throw CommandFailure.usage("'" + name + "' is not exported, so that --since means nothing there");
            }
            starts.add(version(hrefs, name, start.number().orElseThrow()));
        }
        ArrayNode named = body.putArray("repositories");
        hrefs.values().forEach(named::add);
        return body.put("allow_missing", allowMissing);
    }

    private static String version(Map<String, String> hrefs, String name, long number) {
        return hrefs.get(name) + "versions/" + number + "/";
    }

    private void tell(JsonNode summary) {
        if (json) {
            invocation.out().println(JsonText.of(summary));
            return;
        }
        String held = summary.path("held_blobs").asLong() == 0
                ? ""
                : "; left out, since the other side holds them: "
                        + summary.path("held_blobs").asLong() + " blobs of "
                        + summary.path("held_bytes").asLong() + " bytes";
        String missing = summary.path("missing_blobs").asLong() == 0
                ? ""
                : "; missing, since they were not fetched: "
                        + summary.path("missing_blobs").asLong() + " blobs";
        String cut = summary.path("volumes").isIntegralNumber()
                ? "; " + summary.path("volumes").asInt() + " volumes"
                : "";
        invocation
                .out()
                .println(PrintableText.of(summary.path("files").asLong() + " files of "
                        + summary.path("bytes").asLong() + " bytes" + held + missing + cut));
    }
}
