package dev.lading.cli.bundle;

import dev.lading.cli.api.ApiClient;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code receipt}: says what was imported, for the side that exports. */
@Command(
        name = "receipt",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Writes a signed receipt of what was imported: up to which version, and which large blobs are held. The next"
                    + " export there is made against it by 'lading export --receipt'.",
            ""
        })
public final class ReceiptCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Parameters(arity = "1..*", paramLabel = "REPO", description = "Repositories here that were imported.")
    private List<String> repositories = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The file to write. An earlier receipt there is replaced; any other file stays.")
    private Path output = Path.of("");

    public ReceiptCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Path file = invocation.folder().resolve(output);
        ReceiptFile.requireReplaceable(file);
        ApiClient api = new LoginSources(login, invocation).connect();
        ReceiptFile.write(api, repositories, file);
        return 0;
    }
}
