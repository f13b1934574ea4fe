package dev.lading.blob;

import static dev.lading.testing.Bytes.random;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.blob.BlobStore.Listed;
import dev.lading.metadata.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The contract of every {@link BlobStore} for committed blobs. */
public abstract class BlobStoreContract {
    private static final int MIB = 1024 * 1024;
    private static final Duration VALID_FOR = Duration.ofMinutes(5);

    protected abstract BlobStore store();

    @Test
    void an_absent_blob_has_no_size() throws IOException {
        assertThat(store().sizeBytes(BlobKey.random())).isEmpty();
    }

    @Test
    void a_committed_blob_has_its_size_and_its_bytes() throws IOException {
        byte[] content = random(100_003);
        BlobKey key = commit(content);
        assertThat(store().sizeBytes(key)).hasValue(content.length);
        assertThat(read(key, 0, content.length)).isEqualTo(content);
    }

    @Test
    void a_blob_may_have_no_bytes() throws IOException {
        BlobKey key = commit(new byte[0]);
        assertThat(store().sizeBytes(key)).hasValue(0);
        assertThat(read(key, 0, 0)).isEmpty();
    }

    @Test
    void any_range_can_be_read() throws IOException {
        byte[] content = random(10_000);
        BlobKey key = commit(content);
        assertThat(read(key, 0, 1)).isEqualTo(Arrays.copyOf(content, 1));
        assertThat(read(key, 4_321, 1_234)).isEqualTo(Arrays.copyOfRange(content, 4_321, 5_555));
        assertThat(read(key, 9_999, 1)).isEqualTo(Arrays.copyOfRange(content, 9_999, 10_000));
        assertThat(read(key, 5_000, 0)).isEmpty();
    }

    @Test
    void a_range_is_read_byte_by_byte_too() throws IOException {
        byte[] content = random(100);
        BlobKey key = commit(content);
        try (InputStream range = store().read(key, 10, 2)) {
            assertThat(range.read()).isEqualTo(content[10] & 0xff);
            assertThat(range.read()).isEqualTo(content[11] & 0xff);
            assertThat(range.read()).isEqualTo(-1);
        }
    }

    @Test
    void a_blob_larger_than_several_parts_is_kept_whole() throws Exception {
        byte[] content = random(40 * MIB + 12_345);
        BlobKey key = commit(content);
        assertThat(store().sizeBytes(key)).hasValue(content.length);
        assertThat(read(key, 0, content.length)).isEqualTo(content);
        assertThat(read(key, 16 * MIB - 7, 14)).isEqualTo(Arrays.copyOfRange(content, 16 * MIB - 7, 16 * MIB + 7));
        assertThat(fetch(store().download(key, VALID_FOR))).isEqualTo(content);
    }

    @Test
    void a_part_of_a_buffer_is_written() throws IOException {
        byte[] content = random(1000);
        BlobKey key = BlobKey.random();
        try (BlobWriter writer = store().write(key, Written.NOTHING)) {
            writer.write(content, 100, 200);
            writer.write(content, 300, 0);
            writer.write(content, 300, 1);
            writer.commit();
        }
        assertThat(read(key, 0, 201)).isEqualTo(Arrays.copyOfRange(content, 100, 301));
    }

    @Test
    void a_download_answers_the_bytes() throws Exception {
        byte[] content = random(70_000);
        assertThat(fetch(store().download(commit(content), VALID_FOR))).isEqualTo(content);
    }

    @Test
    void the_headers_alone_tell_the_size_and_where_they_are_gives_nothing_else() throws Exception {
        byte[] content = random(70_000);
        switch (store().head(commit(content), VALID_FOR)) {
            case Download.LocalFile file -> assertThat(file.path()).hasSize(content.length);
            case Download.Redirect redirect -> {
                var head = send("HEAD", redirect.location());
                assertThat(head.statusCode()).isEqualTo(200);
                assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(content.length);
                assertThat(send("GET", redirect.location()).statusCode()).isEqualTo(403);
            }
        }
    }

    @Test
    void a_deleted_blob_is_gone_and_may_be_deleted_again() throws IOException {
        BlobKey key = commit(random(1000));
        store().delete(key, Written.NOTHING);
        assertThat(store().sizeBytes(key)).isEmpty();
        store().delete(key, Written.NOTHING);
    }

    @Test
    void deleting_one_blob_leaves_others() throws IOException {
        byte[] content = random(1000);
        BlobKey kept = commit(content);
        store().delete(commit(content), Written.NOTHING);
        assertThat(read(kept, 0, content.length)).isEqualTo(content);
    }

    @Test
    void all_blobs_are_listed_in_the_order_of_their_keys() throws IOException {
        List<Listed> committed = new ArrayList<>();
        for (int size = 0; size < 20; size++) {
            committed.add(new Listed(commit(random(size)), size));
        }
        BlobKey gone = commit(random(1));
        store().delete(gone, Written.NOTHING);
        List<Listed> listed = Page.records(this::list).toList();
        assertThat(listed).containsAll(committed);
        assertThat(listed)
                .extracting(each -> each.key().value())
                .isSorted()
                .doesNotHaveDuplicates()
                .doesNotContain(gone.value());
        String middle = listed.get(listed.size() / 2).key().value();
        assertThat(Page.records(after -> list(after.or(() -> Optional.of(middle)))))
                .containsExactlyElementsOf(listed.subList(listed.size() / 2 + 1, listed.size()));
    }

    private Page<Listed> list(Optional<String> after) {
        try {
            return store().list(after);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BlobKey commit(byte[] content) throws IOException {
        BlobKey key = BlobKey.random();
        try (BlobWriter writer = store().write(key, Written.NOTHING)) {
            for (int at = 0; at < content.length; at += MIB) {
                writer.write(content, at, Math.min(MIB, content.length - at));
            }
            writer.commit();
        }
        return key;
    }

    private byte[] read(BlobKey key, long offset, long length) throws IOException {
        try (InputStream bytes = store().read(key, offset, length)) {
            return bytes.readAllBytes();
        }
    }

    private static byte[] fetch(Download download) throws Exception {
        return switch (download) {
            case Download.LocalFile file -> Files.readAllBytes(file.path());
            case Download.Redirect redirect -> get(redirect.location());
        };
    }

    private static byte[] get(URI location) throws Exception {
        var answer = send("GET", location);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<byte[]> send(String method, URI location) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(location)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofByteArray());
        }
    }
}
