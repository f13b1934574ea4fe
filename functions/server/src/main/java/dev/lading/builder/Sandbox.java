package dev.lading.builder;

import dev.lading.operation.build.NetworkMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts processes in namespaces of their own: of users, so that root there is nobody here; of files, processes, and
 * the network. All of them end with the first one, which ends when its standard input does.
 */
final class Sandbox {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int KIBIBYTE = 1024;

    /** Where there is no control group, processes are bounded one by one. */
    private static final int PROCESSES = 512;

    /** Enters control groups before it becomes what it starts. */
    private static final String ENTER =
            "while [ \"$1\" != -- ]; do echo $$ >\"$1\" || exit 73; shift; done; shift; exec" + " \"$@\"";

    private final Optional<String> user;
    private final String script = resource("sandbox.sh");

    Sandbox(Optional<String> user) {
        this.user = user;
    }

    /** @param disk, memory in bytes */
    record Bounds(long disk, long memory, Optional<ControlGroup> group) {}

    /**
     * Starts the steps that are in {@code build/steps.sh} of a folder. What is written to the process first are its
     * secrets.
     */
    Process start(Path folder, NetworkMode network, Bounds bounds) throws IOException {
        List<String> command = new ArrayList<>();
        bounds.group().ifPresent(group -> {
            command.addAll(List.of("sh", "-c", ENTER, "sh"));
            group.processFiles().forEach(file -> command.add(file.toString()));
            command.add("--");
        });
        command.addAll(asUser());
        command.addAll(
                List.of("nice", "-n", "10", "unshare", "-U", "--map-root-user", "--map-auto", "-m", "-p", "-i", "-u"));
        if (network == NetworkMode.NONE) {
            command.add("-n");
        }
        boolean grouped = bounds.group().isPresent();
        command.addAll(List.of("-f", "--kill-child", "sh", "-c", script, "sandbox"));
        command.addAll(List.of(
                folder.toString(),
                Long.toString(bounds.disk() / KIBIBYTE),
                network.toString(),
                grouped ? "0" : Integer.toString(PROCESSES),
                grouped ? "0" : Long.toString(bounds.memory() / KIBIBYTE)));
        return process(command);
    }

    /** Removes a folder whose files belong to users of the namespace alone. */
    void remove(Path folder) throws IOException {
        List<String> command = new ArrayList<>();
        if (user.isEmpty()) {
            command.addAll(List.of("unshare", "-U", "--map-root-user", "--map-auto"));
        }
        command.addAll(List.of("rm", "-rf", "--one-file-system", folder.toString()));
        String said = output(process(command));
        if (java.nio.file.Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("cannot remove " + folder + ": " + said);
        }
    }

    /** Gives a folder, and all that is in it, to the user of builds. */
    void hand(Path folder) throws IOException {
        if (user.isPresent()) {
            Process chown = process(List.of("chown", "-hR", user.get() + ":", folder.toString()));
            String said = output(chown);
            if (chown.exitValue() != 0) {
                throw new IOException(said);
            }
        }
    }

    /** The first line that a program prints with an argument; empty: there is no such program, or it fails. */
    static Optional<String> says(String... command) {
        try {
            Process process = process(List.of(command));
            String said = output(process);
            return process.exitValue() == 0 ? said.lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether builds may write to a file. */
    boolean mayWrite(Path file) {
        List<String> command = new ArrayList<>(asUser());
        command.addAll(List.of("sh", "-c", "test -w \"$1\" && echo yes", "sh", file.toString()));
        return says(command.toArray(String[]::new)).isPresent();
    }

    private List<String> asUser() {
        return user.map(name -> List.of("setpriv", "--reuid", name, "--regid", name, "--init-groups", "--"))
                .orElse(List.of());
    }

    private static Process process(List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", PATH, "LC_ALL", "C.UTF-8"));
        return builder.start();
    }

    /** What a short program printed, when it has ended. */
    private static String output(Process process) throws IOException {
        process.getOutputStream().close();
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readNBytes(64 * KIBIBYTE), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    static String resource(String name) {
        try (InputStream in = Sandbox.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no " + name + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + name, e);
        }
    }
}
