package dev.lading.upstream;

import dev.lading.oci.Digest;
import dev.lading.upstream.BlobBody.Part;
import dev.lading.upstream.http.Failures;
import dev.lading.upstream.http.Pace;
import dev.lading.upstream.http.Retries;
import dev.lading.upstream.http.UpstreamAddress;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Blob requests to an upstream repository. Sources: distribution-spec v1.1, "Pulling blobs"; RFC 9110, section 14. */
final class Blobs {
    private final UpstreamAddress address;
    private final Session session;
    private final Pace pace;

    /** The last request whose answer did not come in time. */
    private final AtomicReference<@Nullable Unreachable> late = new AtomicReference<>();

    Blobs(UpstreamAddress address, Session session, Pace pace) {
        this.address = address;
        this.session = session;
        this.pace = pace;
    }

    /** @throws Unreachable if the answer of another did not come while this waited for its turn: waits do not add up */
    BlobBody open(Digest digest, long from, OptionalLong likely) {
        Request request = Request.get(address.blob(digest), "blob " + digest + " of " + address.name());
        Unreachable before = late.get();
        session.acquire(request);
        try {
            Unreachable now = late.get();
            if (now != null && now != before) {
                throw new Unreachable(now.getMessage() + "; what waited behind it is not asked for either");
            }
            Retries retries = session.newRetries().get();
            Part part = open(request, from, retries);
            return new BlobBody(
                    request,
                    (offset, same) -> open(request, offset, same),
                    part,
                    likely,
                    retries,
                    pace,
                    session.permits()::release);
        } catch (RuntimeException e) {
            if (e instanceof Unreachable unreachable && e.getCause() instanceof InterruptedIOException) {
                late.set(unreachable);
            }
            session.permits().release();
            throw e;
        }
    }

    private Part open(Request whole, long from, Retries retries) {
        Request request = from == 0 ? whole : whole.header("Range", "bytes=" + from + "-");
        while (true) {
            Answer answer = session.send(request, retries);
            try {
                return part(answer, request, from);
            } catch (IOException e) {
                answer.close();
                retries.failed(answer.host(), request, e);
            }
        }
    }

    private static Part part(Answer answer, Request request, long from) throws IOException {
        Optional<ContentRange> range = answer.header("Content-Range").flatMap(ContentRange::parse);
        return switch (answer.status()) {
            case 200 -> new Part(answer, answer.stream(), 0, answer.lengthBytes());
            case 206 -> {
                if (from == 0 || range.isEmpty() || range.get().first() != from) {
                    throw Failures.invalid(
                            answer,
                            request,
                            "asked for the bytes from " + from + " on, it sends "
                                    + range.map(said -> "those from " + said.first() + " on")
                                            .orElse("some without saying which"));
                }
                yield new Part(answer, answer.stream(), from, range.get().totalBytes());
            }
            case 416 -> {
                if (range.isEmpty() || !range.get().totalBytes().equals(OptionalLong.of(from))) {
                    throw Failures.invalid(answer, request, "it has no bytes from " + from + " on");
                }
                answer.drain();
                yield new Part(answer, InputStream.nullInputStream(), from, OptionalLong.of(from));
            }
            default -> throw Failures.answered(answer, request);
        };
    }
}
