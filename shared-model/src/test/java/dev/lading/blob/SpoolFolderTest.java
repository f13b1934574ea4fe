package dev.lading.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.SpoolFull;
import dev.lading.testing.Folders;
import dev.lading.testing.SharedAws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFolderTest {
    private static final int MIB = 1024 * 1024;

    /** What a request is read by. */
    private static final byte[] BUFFER = new byte[128 * 1024];

    private final String bucket = SharedAws.newBucket();

    @TempDir
    private Path folder;

    private S3BlobStore limited(int mib) {
        return SharedAws.blobStore(bucket, SpoolFolder.limited(folder, mib));
    }

    @Test
    void whoever_finds_no_room_is_refused_before_a_byte_and_finds_it_once_another_has_ended() throws IOException {
        S3BlobStore store = limited(2 * 33);
        BlobKey key = BlobKey.random();
        try (BlobWriter _ = store.write(BlobKey.random(), Written.NOTHING)) {
            try (BlobWriter _ = store.write(BlobKey.random(), Written.NOTHING)) {
                assertThatThrownBy(() -> store.write(key, Written.NOTHING))
                        .isInstanceOf(SpoolFull.class)
                        .hasMessageContaining("Try again in 5 s");
                assertThat(Folders.files(folder)).hasSize(2);
            }
            try (BlobWriter third = store.write(key, Written.NOTHING)) {
                third.write(BUFFER, 0, BUFFER.length);
                assertThat(third.commit()).isTrue();
            }
        }
        assertThat(store.sizeBytes(key)).hasValue(BUFFER.length);
    }

    @Test
    void a_broken_off_upload_gives_its_room_back() throws IOException {
        S3BlobStore store = limited(33);
        for (int i = 0; i < 3; i++) {
            try (BlobWriter writer = store.write(BlobKey.random(), Written.NOTHING)) {
                writer.write(BUFFER, 0, BUFFER.length);
            }
        }
        assertThat(Folders.files(folder)).isEmpty();
    }

    @Test
    void no_part_of_a_large_blob_takes_more_than_was_reserved() throws IOException {
        BlobKey key = BlobKey.random();
        Written written = afterParts(key, 250);
        long most = 0;
        try (BlobWriter writer = limited(33).write(key, written)) {
            for (int sent = 0; sent < 70 * MIB; sent += BUFFER.length) {
                writer.write(BUFFER, 0, BUFFER.length);
                most = Math.max(most, Files.size(Folders.files(folder).getFirst()));
            }
            writer.flush();
        }
        assertThat(most).isBetween(31L * MIB, 33L * MIB);
    }

    @Test
    void a_folder_with_room_for_nobody_is_refused() {
        assertThatThrownBy(() -> SpoolFolder.limited(folder, 32))
                .hasMessage("a spool of 32 MiB has room for no upload, which needs 33");
    }

    /** The state of an upload that has sent so many parts, which would grow to 64 MiB by now. */
    private Written afterParts(BlobKey key, int parts) {
        String id = SharedAws.s3()
                .createMultipartUpload(r -> r.bucket(bucket).key(S3BlobStore.blobKey(key)))
                .uploadId();
        S3UploadState state = S3UploadState.parse(Written.NOTHING.state()).withMultipart(id);
        for (int i = 0; i < parts; i++) {
            state = state.withPart("\"etag\"");
        }
        return new Written(parts * 16L * MIB, state.toString());
    }
}
