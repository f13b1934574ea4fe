package dev.lading.bundle.store;

import static java.net.http.HttpResponse.BodyHandlers.ofByteArray;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.store.BundleStore.Begun;
import dev.lading.bundle.store.BundleStore.Stored;
import dev.lading.oci.Digest;
import dev.lading.testing.Bytes;
import dev.lading.testing.SharedAws;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class S3BundleStoreTest {
    private static final String PREFIX = "exports/";

    private final S3Client s3 = SharedAws.s3();
    private final String bucket = SharedAws.newBucket();

    private BundleStore store(S3Client through) {
        return new S3BundleStore(through, SharedAws.presigner(), bucket, PREFIX, true);
    }

    @AfterEach
    void nothing_is_left_of_an_upload() {
        assertThat(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads()).isEmpty();
    }

    @Nested
    class Contract extends BundleStoreContract {
        @Override
        protected BundleStore store() {
            return S3BundleStoreTest.this.store(s3);
        }

        @Test
        void a_file_is_an_object_beneath_the_prefix() throws IOException {
            assertThat(write("monthly/a.tar", Bytes.random(10)).path())
                    .isEqualTo("s3://" + bucket + "/exports/monthly/a.tar");
            assertThat(s3.listObjectsV2(r -> r.bucket(bucket)).contents())
                    .extracting(S3Object::key)
                    .containsExactly("exports/monthly/a.tar");
        }

        @Test
        void a_link_downloads_without_a_login() throws Exception {
            byte[] content = Bytes.random(1000);
            var stored = write("a.tar", content);
            var link = store().link(stored.path(), Duration.ofMinutes(5)).orElseThrow();
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(HttpRequest.newBuilder(link).build(), ofByteArray())
                                .body())
                        .isEqualTo(content);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"s3://other/exports/a.tar", "s3://%s/blobs/a", "s3://%s/exports/../blobs/a", "a//b", "./a", ""})
    void no_other_object_is_named(String path) {
        assertThatThrownBy(() -> store(s3).requireInside(path.formatted(bucket)))
                .hasMessageContaining("does not lead below s3://" + bucket + "/exports/");
    }

    @Test
    void reading_goes_on_where_a_connection_broke() throws IOException {
        byte[] content = Bytes.random(100_000);
        store(s3).write("a.tar", out -> out.write(content));
        List<String> ranges = new ArrayList<>();
        var breaking = new BreakingReads(s3, ranges, 30_000);

        try (InputStream in = store(breaking).open("a.tar").orElseThrow().content()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        assertThat(ranges).containsExactly("bytes=0-", "bytes=30000-", "bytes=60000-", "bytes=90000-");
    }

    @Test
    void reading_ends_where_nothing_comes() throws IOException {
        store(s3).write("a.tar", out -> out.write(Bytes.random(1000)));
        List<String> ranges = new ArrayList<>();
        try (InputStream in = store(new BreakingReads(s3, ranges, 0))
                .open("a.tar")
                .orElseThrow()
                .content()) {
            assertThatThrownBy(in::readAllBytes).hasMessage("the connection broke");
        }
        assertThat(ranges).hasSize(5);
    }

    @Test
    void what_took_its_place_is_not_read_on() throws IOException {
        store(s3).write("a.tar", out -> out.write(Bytes.random(1000)));
        try (InputStream in = store(s3).open("a.tar").orElseThrow().content()) {
            store(s3).write("a.tar", out -> out.write(Bytes.random(1000)));
            assertThatThrownBy(in::readAllBytes).hasMessageContaining("cannot read exports/a.tar from byte 0");
        }
    }

    @Test
    void a_part_that_s3_refuses_ends_the_writing() {
        S3Client refusing = new DelegatingS3Client(s3) {
            @Override
            public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody body) {
                throw new IllegalStateException("no room");
            }
        };
        assertThatThrownBy(() ->
                        store(refusing).write("a.tar", out -> out.write(new byte[S3PartsOutput.PART_BYTES * 3])))
                .isInstanceOf(IOException.class)
                .hasRootCauseMessage("no room");
        assertThat(s3.listObjectsV2(r -> r.bucket(bucket)).contents()).isEmpty();
    }

    @Test
    void a_file_is_written_in_several_runs() throws IOException {
        byte[] content = Bytes.random(2 * S3PartsOutput.PART_BYTES + 1000);
        BundleStore.Content whole = out -> out.write(content);
        Begun first = assertBegun(store(s3).write("a.tar", whole, Begun.NOTHING, () -> true));
        Begun second = assertBegun(store(s3).write("a.tar", whole, first, () -> true));

        assertThat(List.of(first.sizeBytes(), second.sizeBytes()))
                .containsExactly((long) S3PartsOutput.PART_BYTES, 2L * S3PartsOutput.PART_BYTES);
        assertThat(store(s3).open("a.tar")).isEmpty();
        // A run that was killed is repeated.
        var _ = assertBegun(store(s3).write("a.tar", whole, first, () -> true));
        Stored stored = (Stored) store(s3).write("a.tar", whole, second, () -> true);
        assertThat(stored.sha256()).isEqualTo(Digest.of(Digest.SHA256, content).hex());
        try (InputStream in = store(s3).open("a.tar").orElseThrow().content()) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
        store(s3).drop("a.tar", second);
    }

    private static Begun assertBegun(BundleStore.Result result) {
        assertThat(result).isInstanceOf(Begun.class);
        return (Begun) result;
    }

    @Test
    void a_run_that_fails_leaves_what_the_one_before_had() throws IOException {
        byte[] content = Bytes.random(S3PartsOutput.PART_BYTES + 1000);
        Begun begun = assertBegun(store(s3).write("a.tar", out -> out.write(content), Begun.NOTHING, () -> true));
        assertThatThrownBy(() -> store(s3)
                        .write(
                                "a.tar",
                                out -> {
                                    throw new IOException("the source broke");
                                },
                                begun,
                                () -> true))
                .hasMessage("the source broke");
        assertThat(s3.listMultipartUploads(r -> r.bucket(bucket)).uploads()).hasSize(1);
        store(s3).drop("a.tar", begun);
        store(s3).drop("a.tar", begun);
    }

    /** S3 whose connections break after so many bytes. */
    private static final class BreakingReads extends DelegatingS3Client {
        private final S3Client s3;
        private final List<String> ranges;
        private final int bytes;

        BreakingReads(S3Client s3, List<String> ranges, int bytes) {
            super(s3);
            this.s3 = s3;
            this.ranges = ranges;
            this.bytes = bytes;
        }

        @Override
        public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
            ranges.add(request.range());
            ResponseInputStream<GetObjectResponse> whole = s3.getObject(request);
            return new ResponseInputStream<>(
                    whole.response(), AbortableInputStream.create(new Broken(whole, bytes), whole));
        }
    }

    private static final class Broken extends FilterInputStream {
        private int left;

        Broken(InputStream in, int left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                throw new IOException("the connection broke");
            }
            int count = super.read(bytes, offset, Math.min(length, left));
            left -= Math.max(0, count);
            return count;
        }
    }
}
