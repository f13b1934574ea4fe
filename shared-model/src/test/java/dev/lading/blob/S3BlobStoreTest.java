package dev.lading.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.testing.Bytes;
import dev.lading.testing.Folders;
import dev.lading.testing.SharedAws;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class S3BlobStoreTest {
    private static final int MIB = 1024 * 1024;

    /** The state of an earlier build. */
    private static final Written TAIL_AT_BLOB =
            new Written(1000, "{\"multipartId\":null,\"etags\":[],\"tailBytes\":1000}");

    private final String bucket = SharedAws.newBucket();
    private final S3Client s3 = SharedAws.s3();
    private final BlobKey key = BlobKey.random();

    @TempDir
    private Path spool;

    private BlobStore store() {
        return SharedAws.blobStore(bucket, spool);
    }

    @Nested
    class Whole extends BlobStoreContract {
        @Override
        protected BlobStore store() {
            return S3BlobStoreTest.this.store();
        }
    }

    @Nested
    class Unfinished extends UnfinishedBlobContract {
        @Override
        protected BlobStore store() {
            return S3BlobStoreTest.this.store();
        }
    }

    @AfterEach
    void no_writer_leaves_a_spool_file() {
        assertThat(Folders.files(spool)).isEmpty();
    }

    @Test
    void a_finished_blob_leaves_no_tail() throws IOException {
        Written written = append(Written.NOTHING, 17 * MIB);
        written = append(written, 6 * MIB);
        written = append(written, 1000);
        try (BlobWriter writer = store().write(key, written)) {
            writer.write(Bytes.random(16 * MIB), 0, 16 * MIB);
            writer.commit();
        }
        assertThat(objects()).containsExactly("blobs/" + key);
    }

    @Test
    void a_deleted_upload_leaves_neither_parts_nor_tail() throws IOException {
        Written written = append(append(Written.NOTHING, 17 * MIB), 1000);
        store().delete(key, written);
        assertThat(objects()).isEmpty();
        assertThat(multipartUploads()).isEmpty();
    }

    @Test
    void an_abandoned_upload_leaves_no_parts_that_a_killed_process_never_recorded() throws IOException {
        Written recorded = append(Written.NOTHING, 17 * MIB);
        String another = S3BlobStore.blobKey(BlobKey.random());
        for (String name : List.of(S3BlobStore.blobKey(key), another)) {
            s3.createMultipartUpload(r -> r.bucket(bucket).key(name));
        }
        store().abandon(key, recorded);
        store().abandon(key, Written.NOTHING);
        assertThat(multipartUploads()).containsExactly(another);
        assertThat(objects()).isEmpty();
    }

    /** The content then tells who was first: the answer is false where the SDK repeats a request whose answer was lost. */
    private static void commit(BlobWriter writer) throws IOException {
        boolean _ = writer.commit();
    }

    /** Two functions serve one upload: a client sent a chunk again that the first was still taking. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 17 * MIB})
    void a_late_flush_and_commit_change_nothing_of_another_writers_blob(int before) throws IOException {
        byte[] start = Bytes.random(before);
        byte[] content = Bytes.random(1000);
        Written written = append(Written.NOTHING, start);
        Written winners;
        try (BlobWriter winner = store().write(key, written);
                BlobWriter loser = store().write(key, written)) {
            winner.write(content, 0, 1000);
            winners = winner.flush();
            loser.write(Bytes.random(1000), 0, 1000);
            loser.flush();
        }
        try (BlobWriter early = store().write(key, written);
                BlobWriter late = store().write(key, winners)) {
            early.write(Bytes.random(1000), 0, 1000);
            late.write(Bytes.random(1000), 0, 1000);
            try (BlobWriter winner = store().write(key, winners)) {
                commit(winner);
            }
            early.flush();
            assertThat(early.commit()).isFalse();
            assertThat(late.commit()).isFalse();
        }
        assertThat(content()).isEqualTo(concat(start, content));
        assertThat(multipartUploads()).isEmpty();
    }

    @Test
    void of_two_writers_that_sent_parts_the_first_has_the_blob() throws IOException {
        byte[] content = Bytes.random(17 * MIB);
        try (BlobWriter winner = store().write(key, Written.NOTHING);
                BlobWriter loser = store().write(key, Written.NOTHING)) {
            winner.write(content, 0, content.length);
            loser.write(Bytes.random(18 * MIB), 0, 18 * MIB);
            commit(winner);
            assertThat(loser.commit()).isFalse();
        }
        assertThat(content()).isEqualTo(content);
        assertThat(multipartUploads()).isEmpty();
    }

    @Test
    void a_flush_leaves_no_tail_but_its_own_and_the_one_before() throws IOException {
        Written written = Written.NOTHING;
        for (int i = 0; i < 4; i++) {
            written = append(written, 1000);
        }
        assertThat(objects()).hasSize(2).allSatisfy(name -> assertThat(name).startsWith("tails/" + key));
        store().delete(key, written);
        assertThat(objects()).isEmpty();
    }

    /** Earlier builds kept the tail of an upload without parts under the blob's own key. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 6 * MIB, 17 * MIB})
    void what_an_earlier_build_left_goes_on(int more) throws IOException {
        byte[] start = Bytes.random(1000);
        byte[] rest = Bytes.random(more);
        put("blobs/" + key, start);
        Written written = append(TAIL_AT_BLOB, rest);
        try (BlobWriter writer = store().write(key, written)) {
            commit(writer);
        }
        assertThat(content()).isEqualTo(concat(start, rest));
        assertThat(objects()).containsExactly("blobs/" + key);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 17 * MIB})
    void of_two_writers_that_end_an_upload_of_an_earlier_build_the_first_has_the_blob(int more) throws IOException {
        byte[] start = Bytes.random(1000);
        byte[] rest = Bytes.random(more);
        put("blobs/" + key, start);
        try (BlobWriter winner = store().write(key, TAIL_AT_BLOB);
                BlobWriter loser = store().write(key, TAIL_AT_BLOB);
                BlobWriter late = store().write(key, TAIL_AT_BLOB)) {
            winner.write(rest, 0, more);
            loser.write(Bytes.random(500), 0, 500);
            commit(winner);
            assertThat(loser.commit()).isFalse();
            late.write(Bytes.random(500), 0, 500);
            assertThat(late.commit()).isFalse();
        }
        assertThat(content()).isEqualTo(concat(start, rest));
        assertThat(multipartUploads()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void parts_and_a_tail_of_an_earlier_build_go_on(int more) throws IOException {
        byte[] part = Bytes.random(5 * MIB);
        byte[] tail = Bytes.random(1000);
        byte[] rest = Bytes.random(more);
        // Replaced when the part was sent, and still there.
        put("blobs/" + key, Bytes.random(500));
        put("tails/" + key + ".00001", tail);
        String id = s3.createMultipartUpload(r -> r.bucket(bucket).key("blobs/" + key))
                .uploadId();
        String etag = s3.uploadPart(
                        r -> r.bucket(bucket).key("blobs/" + key).uploadId(id).partNumber(1),
                        RequestBody.fromBytes(part))
                .eTag();
        String state = "{\"multipartId\":\"%s\",\"etags\":[\"%s\"],\"tailBytes\":1000}"
                .formatted(id, etag.replace("\"", "\\\""));
        try (BlobWriter writer = store().write(key, new Written(5 * MIB + 1000, state))) {
            writer.write(rest, 0, more);
            commit(writer);
        }
        assertThat(content()).isEqualTo(concat(concat(part, tail), rest));
        assertThat(objects()).containsExactly("blobs/" + key);
    }

    private void put(String name, byte[] bytes) {
        s3.putObject(r -> r.bucket(bucket).key(name), RequestBody.fromBytes(bytes));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private byte[] content() {
        return s3.getObjectAsBytes(r -> r.bucket(bucket).key("blobs/" + key)).asByteArray();
    }

    @Test
    void a_writer_closed_without_flush_leaves_no_parts() throws IOException {
        try (BlobWriter writer = store().write(key, Written.NOTHING)) {
            writer.write(Bytes.random(20 * MIB), 0, 20 * MIB);
        }
        assertThat(multipartUploads()).isEmpty();
    }

    @Test
    void the_emulator_refuses_small_parts_as_amazon_does() {
        String id = s3.createMultipartUpload(r -> r.bucket(bucket).key("small")).uploadId();
        List<CompletedPart> parts = List.of(part(id, 1), part(id, 2));
        assertThatThrownBy(() -> s3.completeMultipartUpload(
                        r -> r.bucket(bucket).key("small").uploadId(id).multipartUpload(m -> m.parts(parts))))
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("at least 5 MB");
    }

    private CompletedPart part(String id, int number) {
        String etag = s3.uploadPart(
                        r -> r.bucket(bucket).key("small").uploadId(id).partNumber(number),
                        RequestBody.fromBytes(Bytes.random(1000)))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    private Written append(Written written, int bytes) throws IOException {
        return append(written, Bytes.random(bytes));
    }

    private Written append(Written written, byte[] bytes) throws IOException {
        try (BlobWriter writer = store().write(key, written)) {
            writer.write(bytes, 0, bytes.length);
            return writer.flush();
        }
    }

    private List<String> objects() {
        return s3.listObjectsV2(r -> r.bucket(bucket)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    private List<String> multipartUploads() {
        return s3.listMultipartUploads(r -> r.bucket(bucket)).uploads().stream()
                .map(upload -> upload.key())
                .toList();
    }
}
