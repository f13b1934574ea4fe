package dev.lading.upload;

import static dev.lading.testing.Registry.UPLOAD_EXPIRY;
import static dev.lading.testing.Registry.chunk;
import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lading.blob.BlobKey;
import dev.lading.metadata.Condition;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.DigestInvalid;
import dev.lading.oci.RegistryException.TooManyRequests;
import dev.lading.oci.RegistryException.UploadUnknown;
import dev.lading.testing.Bytes;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The limit on uploads that a principal has open. */
public abstract class OpenUploadsContract extends ServiceContract {
    private static final int MOST = 6;
    private static final String ANN = "user:7";
    private static final String BOB = "user:8";
    private static final Duration PAST_EXPIRY = UPLOAD_EXPIRY.plusSeconds(1);

    private final byte[] content = Bytes.random(5_000);
    private final Digest digest = Digest.of(Digest.SHA256, content);

    private UploadService process(MetadataStore store, int most) {
        return new UploadService(store, blobs(), registry().repositories, clock, UPLOAD_EXPIRY, true, most);
    }

    private UploadService process() {
        return process(metadata(), MOST);
    }

    private List<BlobKey> open(UploadService uploads, int number, String principal) {
        return IntStream.range(0, number)
                .mapToObj(i -> uploads.begin(APP, principal).key())
                .toList();
    }

    private boolean mayBegin(UploadService uploads, String principal) {
        try {
            uploads.begin(APP, principal);
            return true;
        } catch (TooManyRequests e) {
            return false;
        }
    }

    private long slots(String principal) {
        return metadata().stream(UploadSlot.TABLE, UploadSlot.of(principal, 100))
                .count();
    }

    @Test
    void as_many_as_the_limit_are_open_and_no_more() {
        UploadService uploads = process();
        open(uploads, MOST, ANN);
        var refused = catchThrowableOfType(TooManyRequests.class, () -> uploads.begin(APP, ANN));
        assertThat(refused)
                .hasMessage("you have 6 uploads open, and no more are taken: finish or cancel some, or wait;"
                        + " what rests ends after 1 h; try again in 60 s");
        assertThat(slots(ANN)).isEqualTo(MOST);
        open(uploads, MOST, BOB);
    }

    @Test
    void whatever_ends_an_upload_makes_room_for_another() throws IOException {
        UploadService uploads = process();
        List<BlobKey> keys = open(uploads, MOST, ANN);
        // New bytes, bytes that are there, wrong ones, and none.
        uploads.finish(APP, keys.get(0), chunk(content), digest);
        uploads.append(APP, keys.get(1), chunk(content));
        uploads.finish(APP, keys.get(1), Chunk.EMPTY, digest);
        assertThatThrownBy(() -> uploads.finish(APP, keys.get(2), Chunk.EMPTY, digest))
                .isInstanceOf(DigestInvalid.class);
        uploads.append(APP, keys.get(3), chunk(content));
        uploads.cancel(APP, keys.get(3));
        assertThat(slots(ANN)).isEqualTo(MOST - 4);
        open(uploads, 4, ANN);
        assertThat(mayBegin(uploads, ANN)).isFalse();
        assertThatThrownBy(() -> uploads.cancel(APP, keys.get(3))).isInstanceOf(UploadUnknown.class);
        assertThat(mayBegin(uploads, ANN)).isFalse();
    }

    @Test
    void one_that_expired_counts_no_more_before_it_is_swept_and_after() throws IOException {
        UploadService uploads = process();
        List<BlobKey> keys = open(uploads, MOST, ANN);
        clock.advance(UPLOAD_EXPIRY.minusSeconds(1));
        uploads.append(APP, keys.getFirst(), chunk(content));
        assertThat(mayBegin(uploads, ANN)).isFalse();
        clock.advance(Duration.ofSeconds(2));
        // The one that goes on still counts.
        open(process(), MOST - 1, ANN);
        assertThat(mayBegin(uploads, ANN)).isFalse();
        assertThat(uploads.sizeBytes(APP, keys.getFirst())).isEqualTo(content.length);
        assertThatThrownBy(() -> uploads.append(APP, keys.getLast(), chunk(content)))
                .isInstanceOf(UploadUnknown.class);
        assertThat(uploads.sweep()).isEqualTo(MOST - 1);
        assertThat(slots(ANN)).isEqualTo(MOST);
        clock.advance(PAST_EXPIRY);
        uploads.sweep();
        assertThat(slots(ANN)).isZero();
    }

    @Test
    void it_is_exact_when_processes_begin_and_end_uploads_at_once() {
        for (int round = 0; round < 5; round++) {
            List<UploadService> processes = List.of(process(), process(), process());
            var begun = new AtomicInteger();
            List<BlobKey> keys = new ArrayList<>();
            together(9, thread -> {
                UploadService uploads = processes.get(thread % 3);
                try {
                    BlobKey key = uploads.begin(APP, ANN).key();
                    begun.incrementAndGet();
                    synchronized (keys) {
                        keys.add(key);
                    }
                } catch (TooManyRequests e) {
                    assertThat(slots(ANN)).isEqualTo(MOST);
                }
            });
            assertThat(begun.get()).isEqualTo(MOST);
            assertThat(slots(ANN)).isEqualTo(MOST);
            together(9, thread -> {
                // Each is canceled by one of two, or three.
                try {
                    processes.get(thread % 3).cancel(APP, keys.get(thread % MOST));
                } catch (UploadUnknown e) {
                    // The other one was first.
                }
            });
            assertThat(slots(ANN)).isZero();
        }
    }

    @Test
    void with_room_it_takes_no_request_more() throws IOException {
        WatchedMetadataStore store = watched();
        registry().pushBlob(APP, Bytes.random(100));
        UploadService uploads = process(store, 1_000);
        BlobKey counted = uploads.begin(APP, ANN).key();
        assertThat(store.writes()).isEqualTo(1);
        assertThat(store.reads()).isZero();
        store.restart();
        uploads.finish(APP, counted, chunk(content), digest);
        int reads = store.reads();
        int writes = store.writes();
        byte[] other = Bytes.random(5_000);
        BlobKey uncounted = uploads.begin(APP).key();
        store.restart();
        uploads.finish(APP, uncounted, chunk(other), Digest.of(Digest.SHA256, other));
        assertThat(List.of(reads, writes)).isEqualTo(List.of(store.reads(), store.writes()));
    }

    @Test
    void a_process_that_dies_leaves_what_expires() {
        WatchedMetadataStore dying = watched().dieAfterWrite(MOST);
        UploadService uploads = process(dying, 1_000);
        open(uploads, MOST - 1, ANN);
        assertThatThrownBy(() -> uploads.begin(APP, ANN)).isInstanceOf(ProcessDied.class);
        assertThat(slots(ANN)).isEqualTo(MOST);
        clock.advance(PAST_EXPIRY);
        open(process(), MOST, ANN);
        assertThat(mayBegin(process(), ANN)).isFalse();
    }

    @Test
    void slots_that_an_earlier_build_left_are_given_back_when_they_expire() {
        UploadService uploads = process();
        for (BlobKey key : open(uploads, MOST, ANN)) {
            Upload upload = metadata().get(Upload.TABLE, Upload.key(key)).orElseThrow();
            metadata().write(Write.deleteUnchanged(Upload.TABLE, upload));
        }
        assertThat(mayBegin(uploads, ANN)).isFalse();
        clock.advance(PAST_EXPIRY);
        open(uploads, MOST, ANN);
        assertThat(slots(ANN)).isEqualTo(MOST);
    }

    @Test
    void uploads_of_nobody_do_not_count() {
        UploadService uploads = process();
        Stream.generate(() -> uploads.begin(APP)).limit(MOST * 2L).forEach(upload -> {});
        Stream.generate(uploads::begin).limit(MOST * 2L).forEach(upload -> {});
        open(uploads, MOST, ANN);
        open(process(metadata(), 0), MOST * 2, ANN);
    }

    @Test
    void a_record_of_an_earlier_build_has_no_slot() throws IOException {
        Upload upload = process(metadata(), 0).begin(APP, ANN);
        assertThat(upload.slot()).isEqualTo(Optional.empty());
        assertThat(metadata().get(Upload.TABLE, Upload.key(upload.key()))).contains(upload);
        metadata().write(Write.put(Upload.TABLE, upload, Condition.unchanged(upload)));
        process().cancel(APP, upload.key());
    }
}
