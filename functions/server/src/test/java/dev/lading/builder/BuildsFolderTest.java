package dev.lading.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildsFolderTest {
    @TempDir
    private Path everybodys;

    @Test
    void a_shared_one_is_there_while_a_build_is() throws IOException {
        BuildsFolder folder = BuildsFolder.shared(everybodys, "mine");
        Path one = folder.begin("one");
        Path other = folder.begin("other");
        assertThat(mode(folder.path())).isEqualTo("rwx--x--x");
        assertThat(mode(one)).isEqualTo("rwx------");

        Files.delete(one);
        folder.end();
        assertThat(folder.builds()).containsExactly(other);

        Files.delete(other);
        folder.end();
        assertThat(everybodys).isEmptyDirectory();
        assertThat(folder.begin("next")).isDirectory();
    }

    @Test
    void a_sweep_takes_what_other_servers_left_empty() throws IOException {
        BuildsFolder used = BuildsFolder.shared(everybodys, "used");
        used.begin("a build");
        BuildsFolder.shared(everybodys, "left").make();
        Path other = Files.createDirectory(everybodys.resolve("other"));

        BuildsFolder.shared(everybodys, "mine").sweep();

        assertThat(everybodys.toFile().listFiles())
                .extracting(file -> file.toPath())
                .containsExactlyInAnyOrder(used.path(), other);
    }

    @Test
    void trials_of_servers_that_are_gone_are_left() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        BuildsFolder other = BuildsFolder.shared(everybodys, "other");
        Path left = other.begin("trial-" + gone.pid());
        other.begin(BuildsFolder.trial());
        other.begin("a build");
        BuildsFolder mine = BuildsFolder.shared(everybodys, "mine");
        Path earlier = mine.begin("an earlier build");

        assertThat(mine.left()).containsExactlyInAnyOrder(earlier, left);
    }

    @Test
    void a_chosen_one_stays() throws IOException {
        var folder = new BuildsFolder(everybodys.resolve("chosen"), false, false);
        folder.make();

        folder.end();
        folder.sweep();

        assertThat(mode(folder.path())).isEqualTo("rwx------");
    }

    @Test
    void a_link_is_not_followed() throws IOException {
        BuildsFolder folder = BuildsFolder.shared(everybodys, "mine");
        Path elsewhere = Files.createDirectory(everybodys.resolve("elsewhere"));
        Files.createSymbolicLink(folder.path(), elsewhere);

        assertThatThrownBy(() -> folder.begin("a build")).hasMessageContaining("choose one by --builds-folder");
        assertThat(elsewhere).isEmptyDirectory();
    }

    private static String mode(Path folder) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }
}
