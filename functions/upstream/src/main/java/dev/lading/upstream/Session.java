package dev.lading.upstream;

import dev.lading.upstream.http.Authorization;
import dev.lading.upstream.http.Requests;
import dev.lading.upstream.http.Retries;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** The HTTP session of one sync run: requests sent with its credentials, {@code permits} at a time. */
record Session(Requests requests, Authorization authorization, Semaphore permits, Supplier<Retries> newRetries) {
    /** Reads an answer. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Answer answer) throws IOException;
    }

    /** Sends a request and reads its answer, from the start when that breaks off. */
    <T> T ask(Request request, Reader<T> reader) {
        acquire(request);
        try {
            Retries retries = newRetries.get();
            while (true) {
                Answer answer = send(request, retries);
                try (answer) {
                    return reader.read(answer);
                } catch (IOException e) {
                    retries.failed(answer.host(), request, e);
                }
            }
        } finally {
            permits.release();
        }
    }

    /** Sends a request; the caller must hold a permit. */
    Answer send(Request request, Retries retries) {
        return requests.send(request, authorization, retries);
    }

    void acquire(Request request) {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable("interrupted before the request for " + request.what(), e);
        }
    }
}
