package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlGroupTest {
    @TempDir
    Path place;

    @Test
    void groups_of_servers_that_are_gone_are_removed_and_no_others() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            String ofOther = "lading-build-" + other.pid() + "-01a2-b3";
            for (String name : new String[] {
                "lading-build-" + gone.pid() + "-01a2-b3",
                // An earlier server's that had the number of this one, as in a container.
                "lading-build-" + ProcessHandle.current().pid() + "-trial-1",
                ofOther,
                "lading-build-x",
                "others"
            }) {
                Files.createDirectory(place.resolve(name));
            }

            ControlGroup.sweep(place);

            assertThat(place.toFile().list()).containsExactlyInAnyOrder(ofOther, "lading-build-x", "others");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }
}
