package dev.lading.builder;

import dev.lading.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The folder of logs, one for each build. The oldest are removed when all together are large. */
record BuildLogs(Path folder) {
    static final long MOST_BYTES = 1024L * 1024 * 1024;

    private static final Logger LOG = Logger.getLogger(BuildLogs.class);
    private static final String ENDING = ".log";

    Optional<Path> find(TaskId build) {
        return Optional.of(file(build)).filter(Files::isRegularFile);
    }

    Path file(TaskId build) {
        return folder.resolve(build + ENDING);
    }

    /** Makes room for another one. Names are ids of tasks, which are in the order of time. */
    void trim() {
        trim(MOST_BYTES);
    }

    void trim(long mostBytes) {
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> newestFirst = all.filter(file -> file.toString().endsWith(ENDING))
                    .sorted(Comparator.comparing(Path::getFileName).reversed())
                    .toList();
            long bytes = 0;
            for (Path log : newestFirst) {
                bytes += Files.size(log);
                if (bytes > mostBytes) {
                    Files.deleteIfExists(log);
                }
            }
        } catch (IOException e) {
            LOG.warnf("cannot remove old logs of builds in %s: %s", folder, e.getMessage());
        }
    }
}
