package dev.lading.bundle.store;

import static dev.lading.testing.Bytes.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.store.BundleStore.Opened;
import dev.lading.bundle.store.BundleStore.Stored;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link BundleStore}. */
public abstract class BundleStoreContract {
    /** More than two parts on S3, and not a whole number of them. */
    protected static final int LARGE = 37 * 1024 * 1024 + 17;

    private static final int CHUNK = 100_000;

    protected abstract BundleStore store();

    protected Stored write(String path, byte[] content) throws IOException {
        return store().write(path, out -> {
            for (int from = 0; from < content.length; from += CHUNK) {
                out.write(content, from, Math.min(CHUNK, content.length - from));
            }
        });
    }

    protected byte[] read(String path) throws IOException {
        Opened file = store().open(path).orElseThrow();
        try (InputStream in = file.content()) {
            byte[] content = in.readAllBytes();
            assertThat(file.sizeBytes()).isEqualTo(content.length);
            return content;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK, LARGE, 32 * 1024 * 1024})
    void what_was_written_is_read(int size) throws IOException {
        byte[] content = random(size);

        Stored stored = write("monthly/a.tar", content);

        assertThat(stored.sha256()).isEqualTo(Digest.of(Digest.SHA256, content).hex());
        assertThat(read("monthly/a.tar")).isEqualTo(content);
        assertThat(read(stored.path())).isEqualTo(content);
    }

    @Test
    void a_file_is_replaced() throws IOException {
        write("a.tar", random(1000));
        byte[] content = random(10);
        write("a.tar", content);
        assertThat(read("a.tar")).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, CHUNK, LARGE})
    void what_breaks_off_leaves_what_was_there(int written) throws IOException {
        byte[] before = random(10);
        write("before.tar", before);
        for (String path : new String[] {"before.tar", "new.tar"}) {
            assertThatThrownBy(() -> store().write(path, out -> {
                        out.write(random(written));
                        throw new IOException("the source broke");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the source broke");
        }
        assertThat(read("before.tar")).isEqualTo(before);
        assertThat(store().open("new.tar")).isEmpty();
    }

    @Test
    void a_file_is_read_in_pieces() throws IOException {
        byte[] content = random(1000);
        write("a.tar", content);
        try (InputStream in = store().open("a.tar").orElseThrow().content()) {
            assertThat(in.read()).isEqualTo(content[0] & 0xFF);
            assertThat(in.readNBytes(10)).containsExactly(Arrays.copyOfRange(content, 1, 11));
            assertThat(in.skip(100)).isEqualTo(100);
            assertThat(in.readNBytes(2000)).containsExactly(Arrays.copyOfRange(content, 111, 1000));
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void neither_a_missing_file_nor_a_folder_is_opened() throws IOException {
        write("folder/a.tar", random(1));
        assertThat(store().open("folder")).isEmpty();
        assertThat(store().open("folder/b.tar")).isEmpty();
        assertThat(store().open("none/a.tar")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"monthly", "monthly/here", "a.tar", "a b/ä.tar"})
    void paths_lead_inside(String path) {
        store().requireInside(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "/tmp/out", "/", "a\u0000b", "/etc"})
    void no_path_leads_outside(String path) {
        requireOutside(path);
    }

    @Test
    void a_path_has_a_limit() {
        requireOutside("a".repeat(BundleStore.MAX_PATH + 1));
    }

    private void requireOutside(String path) {
        assertThatThrownBy(() -> store().requireInside(path)).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> store().open(path)).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> write(path, random(1))).isInstanceOf(FieldInvalid.class);
    }
}
