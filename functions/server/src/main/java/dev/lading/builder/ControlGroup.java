package dev.lading.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Bounds the memory, processes and processor time of a build as a whole. Source: the kernel's cgroup-v1 and cgroup-v2
 * documents.
 *
 * @param version 1 or 2
 * @param folders one for each hierarchy
 */
record ControlGroup(int version, List<Path> folders) implements AutoCloseable {
    static final int PROCESSES = 2_000;

    private static final Logger LOG = Logger.getLogger(ControlGroup.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final List<String> HIERARCHIES = List.of("memory", "pids", "cpu");

    /** With the number of the process whose builds are in it, and what tells them apart. */
    private static final Pattern NAME = Pattern.compile("lading-build-([0-9]{1,18})-.+");

    /** A quarter of what others have. */
    private static final int SHARES = 256;

    private static final int WEIGHT = 25;
    private static final int REMOVAL_TRIES = 50;
    private static final int REMOVAL_PAUSE_MILLIS = 100;

    /** Makes a group; empty: this process may not. */
    static Optional<ControlGroup> make(String id, long memory) {
        try {
            String name = "lading-build-" + ProcessHandle.current().pid() + "-" + id;
            return Optional.of(isSecond() ? second(name, memory) : first(name, memory));
        } catch (IOException e) {
            LOG.debugf("no control group for builds: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isSecond() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    private static ControlGroup first(String name, long memory) throws IOException {
        List<Path> made = new ArrayList<>();
        var group = new ControlGroup(1, made);
        try {
            for (String hierarchy : HIERARCHIES) {
                made.add(Files.createDirectory(place(hierarchy).resolve(name)));
            }
            write(made.get(0), "memory.limit_in_bytes", memory);
            Path swap = made.get(0).resolve("memory.memsw.limit_in_bytes");
            if (Files.exists(swap)) {
                write(made.get(0), "memory.memsw.limit_in_bytes", memory);
            }
            write(made.get(1), "pids.max", PROCESSES);
            write(made.get(2), "cpu.shares", SHARES);
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    private static ControlGroup second(String name, long memory) throws IOException {
        Path folder = Files.createDirectory(place().resolve(name));
        var group = new ControlGroup(2, List.of(folder));
        try {
            write(folder, "memory.max", memory);
            write(folder, "memory.oom.group", 1);
            if (Files.exists(folder.resolve("memory.swap.max"))) {
                write(folder, "memory.swap.max", 0);
            }
            write(folder, "pids.max", PROCESSES);
            if (Files.exists(folder.resolve("cpu.weight"))) {
                write(folder, "cpu.weight", WEIGHT);
            }
            return group;
        } catch (IOException e) {
            group.close();
            throw e;
        }
    }

    /** Where groups are made in a hierarchy of version 1. */
    private static Path place(String hierarchy) throws IOException {
        return ROOT.resolve(hierarchy).resolve(own(hierarchy));
    }

    /** Beside this process's group: one with processes of its own can have none below it that are bounded. */
    private static Path place() throws IOException {
        Path own = ROOT.resolve(own(""));
        return own.equals(ROOT) ? own : own.resolveSibling("");
    }

    /** The path of this process's group in a hierarchy, relative to its root; version 2 has one without a name. */
    private static String own(String hierarchy) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            return lines.map(line -> line.split(":", 3))
                    .filter(parts ->
                            parts.length == 3 && List.of(parts[1].split(",")).contains(hierarchy))
                    .map(parts -> parts[2].substring(1))
                    .findFirst()
                    .orElseThrow(() -> new IOException("this process is in no group of " + hierarchy));
        }
    }

    private static void write(Path folder, String file, long value) throws IOException {
        Files.writeString(folder.resolve(file), Long.toString(value));
    }

    /** Files to which a process writes its number to be in the group. */
    List<Path> processFiles() {
        return folders.stream().map(folder -> folder.resolve("cgroup.procs")).toList();
    }

    /** Whether the kernel ended something since memory was used up. */
    boolean ranOutOfMemory() {
        Path events = folders.getFirst().resolve(version == 1 ? "memory.oom_control" : "memory.events");
        try (Stream<String> lines = Files.lines(events)) {
            return lines.anyMatch(line -> line.matches("oom_kill [1-9][0-9]*"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether something could not be started, since there were too many processes. */
    boolean ranOutOfProcesses() {
        Path folder = version == 1 ? folders.get(1) : folders.getFirst();
        try (Stream<String> lines = Files.lines(folder.resolve("pids.events"))) {
            return lines.anyMatch(line -> line.matches("max [1-9][0-9]*"));
        } catch (IOException e) {
            return false;
        }
    }

    /** Removes the groups, whose last processes may take a moment to be gone. */
    @Override
    public void close() {
        for (Path folder : folders) {
            remove(folder);
        }
    }

    private static void remove(Path folder) {
        for (int tries = REMOVAL_TRIES; tries > 0; tries--) {
            try {
                Files.deleteIfExists(folder);
                return;
            } catch (IOException e) {
                try {
                    Thread.sleep(REMOVAL_PAUSE_MILLIS);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
        LOG.warnf("cannot remove the control group %s: something in it still runs", folder);
    }

    /** Removes what servers left that are gone. */
    static void sweep() {
        try {
            if (isSecond()) {
                sweep(place());
            } else {
                for (String hierarchy : HIERARCHIES) {
                    sweep(place(hierarchy));
                }
            }
        } catch (IOException e) {
            LOG.debugf("no groups of builds to remove: %s", e.getMessage());
        }
    }

    /** A group that another server has made may still be empty. */
    static void sweep(Path place) throws IOException {
        try (Stream<Path> children = Files.list(place)) {
            children.filter(child -> isLeft(child.getFileName().toString()))
                    .forEach(child -> child.toFile().delete());
        }
    }

    private static boolean isLeft(String name) {
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                && ProcessHandle.of(Long.parseLong(parts.group(1)))
                        .filter(process ->
                                process.pid() != ProcessHandle.current().pid())
                        .isEmpty();
    }
}
