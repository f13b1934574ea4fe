package dev.lading.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.testing.Bytes;
import dev.lading.testing.Folders;
import dev.lading.testing.SharedAws;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class S3BlobStoreTest {
    private static final int MIB = 1024 * 1024;

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
        try (BlobWriter writer = store().write(key, written)) {
            writer.write(Bytes.random(bytes), 0, bytes);
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
