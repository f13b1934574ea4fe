package dev.lading.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.store.BundleStore;
import dev.lading.bundle.store.BundleStoreContract;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.Bytes;
import dev.lading.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBundleStoreTest {
    @TempDir
    private Path folder;

    private BundleStore store() {
        return new FileBundleStore(folder.resolve("bundles"), "--exports-folder");
    }

    @Nested
    class Contract extends BundleStoreContract {
        @Override
        protected BundleStore store() {
            return FileBundleStoreTest.this.store();
        }

        @Test
        void a_file_has_its_name_and_no_other_is_there() throws IOException {
            var stored = write("monthly/a.tar", Bytes.random(10));

            assertThat(stored.path())
                    .isEqualTo(folder.resolve("bundles/monthly/a.tar").toString());
            assertThat(Folders.files(folder)).containsExactly(Path.of(stored.path()));
            assertThat(store().link(stored.path(), Duration.ofMinutes(1))).isEmpty();
        }

        @Test
        void what_breaks_off_leaves_no_file() {
            assertThatThrownBy(() -> store().write("a.tar", out -> {
                        throw new IllegalStateException("no content");
                    }))
                    .hasMessage("no content");
            assertThat(Folders.files(folder)).isEmpty();
        }

        @Test
        void no_link_is_followed() throws IOException {
            Path outside = Files.createDirectories(folder.resolve("outside"));
            Files.writeString(outside.resolve("secret"), "secret");
            Files.createDirectories(folder.resolve("bundles"));
            Files.createSymbolicLink(folder.resolve("bundles/link"), outside);
            Files.createSymbolicLink(folder.resolve("bundles/file"), outside.resolve("secret"));

            assertThatThrownBy(() -> write("link/a.tar", Bytes.random(1))).isInstanceOf(FieldInvalid.class);
            assertThatThrownBy(() -> store().open("link/secret")).isInstanceOf(FieldInvalid.class);
            assertThatThrownBy(() -> store().open("file")).isInstanceOf(FieldInvalid.class);
            assertThat(Folders.files(outside)).containsExactly(outside.resolve("secret"));
        }
    }
}
