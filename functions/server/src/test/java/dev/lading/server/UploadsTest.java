package dev.lading.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Uploads and mounts. Source: distribution-spec v1.1, "Pushing blobs" and "Mounting a blob from another repository".
 */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class UploadsTest {
    private static final byte[] NOTHING = {};

    private final RegistryClient admin = RegistryClient.administrator();

    @Test
    void a_blob_comes_back_however_it_was_pushed() {
        byte[] content = "monolithic".getBytes(UTF_8);
        Digest sha512 = Digest.of(Digest.SHA512, content);
        var posted = admin.send("POST", "/v2/up/blobs/uploads/?digest=" + sha512, content);
        assertThat(posted.status()).isEqualTo(201);
        assertThat(admin.get(posted.header("Location")).body()).isEqualTo(content);
        assertThat(admin.head("/v2/up/blobs/" + sha512).header("Content-Length"))
                .isEqualTo("10");

        String location = admin.begin("up");
        location = admin.send("PATCH", location, "mono".getBytes(UTF_8), "Content-Range", "0-3")
                .header("Location");
        location = admin.send("PATCH", location, "lith".getBytes(UTF_8), "Content-Range", "4-7")
                .header("Location");
        Digest sha256 = Digest.of(Digest.SHA256, content);
        var put = admin.send("PUT", location + "&digest=" + sha256, "ic".getBytes(UTF_8), "Content-Range", "8-9");
        assertThat(put.status()).isEqualTo(201);
        assertThat(put.header("Docker-Content-Digest")).isEqualTo(sha256.toString());
        assertThat(admin.get("/v2/up/blobs/" + sha256).body()).isEqualTo(content);
    }

    @Test
    void an_upload_says_where_it_ends() {
        var begun = admin.send("POST", "/v2/up/blobs/uploads/", NOTHING);
        assertThat(begun.status()).isEqualTo(202);
        assertThat(begun.header("OCI-Chunk-Min-Length")).matches("\\d+");
        String location = admin.send("PATCH", begun.header("Location"), "12345".getBytes(UTF_8))
                .header("Location");

        var status = admin.get(location);

        assertThat(status.status()).isEqualTo(204);
        assertThat(status.header("Range")).isEqualTo("0-4");
    }

    @ParameterizedTest(name = "Content-Range {0} answers {1}")
    @CsvSource({"5-9, 202", "0-4, 416", "6-10, 416", "4-8, 416", "nonsense, 416", "5-8, 400", "9-5, 400"})
    void the_second_of_two_chunks_must_fit(String range, int status) {
        String location =
                admin.send("PATCH", admin.begin("up"), "12345".getBytes(UTF_8)).header("Location");

        var second = admin.send("PATCH", location, "67890".getBytes(UTF_8), "Content-Range", range);

        assertThat(second.status()).isEqualTo(status);
        var now = admin.get(location);
        assertThat(now.header("Range")).isEqualTo(status == 202 ? "0-9" : "0-4");
        if (status == 416) {
            assertThat(second.header("Range")).isEqualTo("0-4");
            assertThat(admin.get(second.header("Location")).status()).isEqualTo(204);
        }
    }

    @Test
    void content_of_another_digest_is_refused_and_the_upload_is_gone() {
        String location = admin.begin("up");
        Digest other = RegistryClient.digest("something else");

        var put = admin.send("PUT", location + "&digest=" + other, "something".getBytes(UTF_8));

        assertThat(put.status()).isEqualTo(400);
        assertThat(put.errorCode()).isEqualTo("DIGEST_INVALID");
        assertThat(admin.get(location).status()).isEqualTo(404);
        assertThat(admin.head("/v2/up/blobs/" + other).status()).isEqualTo(404);
    }

    @Test
    void a_finished_or_cancelled_upload_is_unknown() {
        String finished = admin.begin("up");
        byte[] content = "finished".getBytes(UTF_8);
        String put = finished + "&digest=" + Digest.of(Digest.SHA256, content);
        assertThat(admin.send("PUT", put, content).status()).isEqualTo(201);
        assertThat(admin.send("PATCH", finished, content).errorCode()).isEqualTo("BLOB_UPLOAD_UNKNOWN");

        String cancelled = admin.begin("up");
        assertThat(admin.send("DELETE", cancelled, NOTHING).status()).isEqualTo(204);
        assertThat(admin.send("PATCH", cancelled, content).errorCode()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void a_put_that_is_repeated_is_answered_again_while_the_blob_is_there() {
        byte[] content = "put again".getBytes(UTF_8);
        Digest digest = Digest.of(Digest.SHA256, content);
        String put = admin.begin("again") + "&digest=" + digest;
        assertThat(admin.send("PUT", put, content).status()).isEqualTo(201);

        var again = admin.send("PUT", put, content);

        assertThat(again.status()).isEqualTo(201);
        assertThat(again.header("Docker-Content-Digest")).isEqualTo(digest.toString());
        assertThat(admin.get(again.header("Location")).body()).isEqualTo(content);
        String other =
                put.replace(digest.toString(), RegistryClient.digest("never").toString());
        assertThat(admin.send("PUT", other, content).errorCode()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
        admin.send("DELETE", "/v2/again/blobs/" + digest, NOTHING);
        assertThat(admin.send("PUT", put, content).status()).isEqualTo(404);
    }

    @Test
    void a_patch_that_is_repeated_is_refused_and_the_upload_goes_on() {
        byte[] chunk = "12345".getBytes(UTF_8);
        String first = admin.begin("retried");
        String second = admin.send("PATCH", first, chunk).header("Location");

        var again = admin.send("PATCH", first, chunk);

        assertThat(again.status()).isEqualTo(416);
        assertThat(again.errorCode()).isEqualTo("BLOB_UPLOAD_INVALID");
        assertThat(again.header("Range")).isEqualTo("0-4");
        var now = admin.get(again.header("Location"));
        assertThat(now.header("Range")).isEqualTo("0-4");
        String third = admin.send("PATCH", now.header("Location"), chunk).header("Location");
        assertThat(admin.send("PATCH", second, chunk).status()).isEqualTo(416);
        String end = "&digest=" + RegistryClient.digest("1234512345x");
        assertThat(admin.send("PUT", second + end, "x".getBytes(UTF_8)).status())
                .isEqualTo(416);
        assertThat(admin.send("PUT", third + end, "x".getBytes(UTF_8)).status()).isEqualTo(201);
    }

    @Test
    void a_chunk_that_says_where_it_belongs_may_go_to_any_location() {
        String first = admin.begin("retried");
        admin.send("PATCH", first, "12345".getBytes(UTF_8));

        assertThat(admin.send("PATCH", first, "67890".getBytes(UTF_8), "Content-Range", "5-9")
                        .status())
                .isEqualTo(202);
        assertThat(admin.send("PUT", first + "&digest=" + RegistryClient.digest("1234567890"), NOTHING)
                        .status())
                .isEqualTo(201);
    }

    @Test
    void the_location_of_one_upload_does_not_open_another() {
        String mine = admin.begin("up");
        String other = admin.begin("other");
        String state = mine.substring(mine.indexOf('?'));

        assertThat(admin.get(other.substring(0, other.indexOf('?')) + state).status())
                .isEqualTo(404);
        assertThat(admin.get(mine.replace("/up/", "/other/")).status()).isEqualTo(404);
        assertThat(admin.get(mine.substring(0, mine.length() - 4)).status()).isEqualTo(404);
    }

    @Test
    void of_many_requests_that_send_the_same_chunk_one_is_taken() throws Exception {
        String location = admin.begin("up");
        byte[] chunk = "0123456789".repeat(10_000).getBytes(UTF_8);
        Callable<Integer> send = () ->
                admin.send("PATCH", location, chunk, "Content-Range", "0-99999").status();
        List<Integer> statuses;
        try (var threads = Executors.newFixedThreadPool(8)) {
            statuses = threads.invokeAll(Stream.generate(() -> send).limit(8).toList()).stream()
                    .map(Future::resultNow)
                    .toList();
        }

        assertThat(statuses).containsOnlyOnce(202).containsOnly(202, 416);
        String put = location + "&digest=" + Digest.of(Digest.SHA256, chunk);
        assertThat(admin.send("PUT", put, NOTHING).status()).isEqualTo(201);
    }

    @Test
    void a_body_that_breaks_off_leaves_the_upload_as_it_was() throws IOException {
        String location =
                admin.send("PATCH", admin.begin("up"), "12345".getBytes(UTF_8)).header("Location");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RegistryClient.port())) {
            socket.getOutputStream()
                    .write(("PATCH " + location.substring(RegistryClient.base().length())
                                    + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\nonly this")
                            .getBytes(UTF_8));
            socket.getOutputStream().flush();
            assertThat(new String(socket.getInputStream().readNBytes(12), UTF_8))
                    .isEqualTo("HTTP/1.1 100");
        }

        // 416 is the answer for as long as the server has not seen the end of that connection.
        RegistryClient.Answer second =
                whenNobodyWrites(() -> admin.send("PATCH", location, "67890".getBytes(UTF_8), "Content-Range", "5-9"));
        assertThat(second.status()).isEqualTo(202);
        String put = second.header("Location") + "&digest=" + RegistryClient.digest("1234567890");
        assertThat(whenNobodyWrites(() -> admin.send("PUT", put, NOTHING)).status())
                .isEqualTo(201);
    }

    @Test
    void who_sends_all_before_reading_is_answered_and_may_go_on() throws IOException {
        byte[] tooLarge = new byte[20_000_000];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RegistryClient.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT /v2/up/manifests/1 HTTP/1.1\r\nHost: x\r\nContent-Length: " + tooLarge.length + "\r\n\r\n")
                    .getBytes(UTF_8));
            out.write(tooLarge);
            out.write("GET /q/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            out.flush();
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 413")
                    .contains("HTTP/1.1 200");
        }
    }

    private static RegistryClient.Answer whenNobodyWrites(Supplier<RegistryClient.Answer> send) {
        RegistryClient.Answer answer;
        do {
            answer = send.get();
        } while (answer.status() == 416);
        return answer;
    }

    @Test
    void a_blob_is_mounted_from_where_it_is_and_not_from_where_it_is_not() {
        Digest digest = admin.pushBlob("source", "mounted".getBytes(UTF_8));

        assertThat(admin.send("POST", "/v2/target1/blobs/uploads/?mount=" + digest + "&from=source", NOTHING)
                        .status())
                .isEqualTo(201);
        assertThat(admin.send("POST", "/v2/target2/blobs/uploads/?mount=" + digest, NOTHING)
                        .status())
                .isEqualTo(201);
        assertThat(admin.send("POST", "/v2/target3/blobs/uploads/?mount=" + digest + "&from=nowhere", NOTHING)
                        .status())
                .isEqualTo(202);
        assertThat(admin.get("/v2/target1/blobs/" + digest).body())
                .asString(UTF_8)
                .isEqualTo("mounted");
        assertThat(admin.head("/v2/target3/blobs/" + digest).status()).isEqualTo(404);
    }

    @ParameterizedTest(name = "mount={0} from={1}")
    @CsvSource({
        "HERE,                     Legacy/app",
        "HERE,                     localhost:5000/source",
        "HERE,                     source/",
        "HERE,                     -source",
        "HERE,                     so%20urce",
        "HERE,                     %C3%A4pfel",
        "HERE,                     nowhere",
        "sha384:00ff,              source",
        "md5:d41d8cd98f00b204e9800998ecf8427e, source",
        "blake3%2Bb64:AbC_-=,      Legacy/app",
        "'',                       source",
    })
    void a_mount_that_cannot_be_begins_an_upload(String mount, String from) {
        Digest digest = admin.pushBlob("source", "mounted in vain".getBytes(UTF_8));
        String query = "?mount=" + mount.replace("HERE", digest.toString()) + "&from=" + from;

        var begun = admin.send("POST", "/v2/vain/blobs/uploads/" + query, NOTHING);

        assertThat(begun.status()).isEqualTo(202);
        String put = begun.header("Location") + "&digest=" + digest;
        assertThat(admin.send("PUT", put, "mounted in vain".getBytes(UTF_8)).status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=-5", "bytes=5-9", "bytes=0-,-1", "Bytes=0-"})
    void any_range_of_a_blob_of_no_bytes_is_all_of_it(String range) {
        Digest digest = admin.pushBlob("ranges", NOTHING);

        var answer = admin.get("/v2/ranges/blobs/" + digest, "Range", range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Length")).isEqualTo("0");
        assertThat(answer.header("Content-Range")).isEmpty();
    }

    @ParameterizedTest(name = "Range {0} answers {1} {2} {3}")
    @CsvSource({
        "bytes=0-3,     206, bytes 0-3/10, 0123",
        "bytes=4-,      206, bytes 4-9/10, 456789",
        "bytes=-2,      206, bytes 8-9/10, 89",
        "bytes=8-100,   206, bytes 8-9/10, 89",
        "bytes=-100,    206, bytes 0-9/10, 0123456789",
        "bytes=0-,      206, bytes 0-9/10, 0123456789",
        "bytes=10-,     416, bytes */10,   ''",
        "bytes=5-2,     416, bytes */10,   ''",
        "bytes=0-1;3-4, 200, '',           0123456789",
        "BYTES=0-3,     206, bytes 0-3/10, 0123",
        "'bytes=0-1,3-4', 200, '',         0123456789",
        "bytes=-0,      416, bytes */10,   ''",
        "bytes=a-b,     200, '',           0123456789",
        "lines=0-1,     200, '',           0123456789",
    })
    void a_blob_is_read_in_part(String range, int status, String contentRange, String content) {
        Digest digest = admin.pushBlob("ranges", "0123456789".getBytes(UTF_8));

        var answer = admin.get("/v2/ranges/blobs/" + digest, "Range", range);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
        if (status < 400) {
            assertThat(answer.body()).asString(UTF_8).isEqualTo(content);
        }
    }
}
