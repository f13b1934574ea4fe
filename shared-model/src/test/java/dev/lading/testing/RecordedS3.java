package dev.lading.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Records what a client of S3 sends, as it is put on the wire over TLS, and answers as S3 does. */
public final class RecordedS3 implements SdkHttpClient {
    private final List<Sent> sent = new ArrayList<>();

    /** @param body with its encoding, if it has any */
    public record Sent(SdkHttpRequest request, SdkBytes body) {
        /** Such as {@code PUT ?partNumber=1&uploadId=u}. */
        public String what() {
            return request.method()
                    + request.encodedQueryParameters().map(q -> " ?" + q).orElse("");
        }

        @Override
        public String toString() {
            return what() + " " + request.headers();
        }

        /** Names of headers and announced trailers, in lower case. */
        public List<String> names() {
            return Stream.concat(request.headers().keySet().stream(), request.matchingHeaders("x-amz-trailer").stream())
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    public List<Sent> sent() {
        return List.copyOf(sent);
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                SdkBytes body = request.contentStreamProvider()
                        .map(content -> read(content.newStream()))
                        .orElse(SdkBytes.fromByteArray(new byte[0]));
                var recorded = new Sent(request.httpRequest(), body);
                sent.add(recorded);
                byte[] answer = answer(recorded).getBytes(StandardCharsets.UTF_8);
                return HttpExecuteResponse.builder()
                        .response(SdkHttpFullResponse.builder()
                                .statusCode(200)
                                .putHeader("ETag", "\"etag-" + sent.size() + "\"")
                                .putHeader("Content-Length", String.valueOf(answer.length))
                                .build())
                        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
                        .build();
            }

            @Override
            public void abort() {
                // Nothing waits.
            }
        };
    }

    private static SdkBytes read(InputStream body) {
        try (body) {
            return SdkBytes.fromInputStream(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String answer(Sent sent) {
        return switch (sent.what()) {
            case "POST ?uploads" ->
                "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
            case "POST ?uploadId=u" ->
                "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>";
            case "POST ?delete" -> "<DeleteResult/>";
            default -> "";
        };
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
