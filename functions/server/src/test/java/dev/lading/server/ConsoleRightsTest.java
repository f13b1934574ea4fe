package dev.lading.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.util.RuntimeResourceVisitor;
import org.junit.jupiter.api.Test;

/** The table of who may do what in the console, which {@code test_rights.py} holds it to, is of all that it has. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleRightsTest {
    private static final Path TABLE = Path.of("src/e2e/console-rights.txt");

    /** The console's handlers: each by its method and its path, in which it counts where something is named only. */
    private static Set<String> handlers() {
        Set<String> found = new TreeSet<>();
        var mappers = ResteasyReactiveRecorder.getCurrentDeployment().getClassMappers();
        RuntimeResourceVisitor.visitRuntimeResources("/", mappers, new RuntimeResourceVisitor() {
            @Override
            public void visitRuntimeResource(String method, String path, RuntimeResource resource) {
                if (path.equals("/ui") || path.startsWith("/ui/")) {
                    found.add(method + " " + template(path));
                }
            }
        });
        return found;
    }

    private static String template(String path) {
        return path.replaceAll("\\?.*", "").replaceAll("\\{[^}]*}", "{}").replaceAll("/+$", "");
    }

    private static Set<String> rows() throws IOException {
        try (var lines = Files.lines(TABLE)) {
            return lines.skip(1)
                    .map(line -> line.split("\\|"))
                    .map(cells -> cells[0].strip() + " " + template("/ui/" + cells[1].strip()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void every_handler_has_a_row_and_every_row_a_handler() throws IOException {
        assertThat(handlers()).hasSizeGreaterThan(80);
        assertThat(rows()).containsExactlyElementsOf(handlers());
    }
}
