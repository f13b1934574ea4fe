package dev.lading.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: prints a shell's completion script. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that completes verbs and options in a shell.",
            "",
            "For this shell: source <(lading completion bash)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** Shells that the script is for. It is one script: in zsh it turns bash's completion on first. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("UnusedVariable") // The argument is validated; the script is the same.
    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Override
    public Integer call() {
        spec.commandLine()
                .getOut()
                .println(AutoComplete.bash("lading", spec.root().commandLine()));
        return 0;
    }
}
