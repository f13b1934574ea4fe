package dev.lading.connection;

import dev.lading.http.Gate;
import dev.lading.http.RequestBody;
import dev.lading.http.RequestRefused;
import dev.lading.oci.Manifest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;

/**
 * Reads the body of a request that is no upload before a worker gets it, so that a slow client occupies no worker. The
 * body counts as held for the peer until the request is answered.
 */
@Singleton
final class SmallBodies {
    private static final int TOO_LARGE = 413;

    /** Limit on bodies of the management API and of forms. */
    private static final int OTHER_BYTES = 1024 * 1024;

    void register(@Observes Router router) {
        router.route().order(Gate.FIRST + 2).handler(SmallBodies::read);
    }

    private static void read(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (WorkerTurns.isUpload(context) || (!chunked && (length == null || length.equals("0")))) {
            context.next();
        } else if (!chunked && isLongerThan(most(context), length)) {
            refuse(context);
        } else {
            new SmallBody(context, chunked ? most(context) : Integer.parseInt(length)).begin();
        }
    }

    private static int most(RoutingContext context) {
        return context.request().path().contains("/manifests/") ? Manifest.MAX_BYTES : OTHER_BYTES;
    }

    private static boolean isLongerThan(int most, String length) {
        // The parser has seen that it is a number.
        return length.length() > 9 || Long.parseLong(length) > most;
    }

    private static void refuse(RoutingContext context) {
        String why = "the body has more than the " + most(context) + " bytes that this path takes";
        context.fail(TOO_LARGE, new RequestRefused(TOO_LARGE, why));
    }

    private static final class SmallBody {
        private static final int FIRST_BYTES = 4096;

        private final RoutingContext context;
        private final HttpServerRequest request;

        /** Announced length of the body, or the limit on it. */
        private final int announced;

        private byte[] body;
        private int length;
        private boolean refused;

        SmallBody(RoutingContext context, int announced) {
            this.context = context;
            this.request = context.request();
            this.announced = announced;
            this.body = new byte[Math.min(announced, FIRST_BYTES)];
        }

        void begin() {
            context.addEndHandler(ended -> hold(-length));
            request.handler(this::arrived);
            request.endHandler(nothing -> end());
            // A client that breaks off is not logged.
            request.exceptionHandler(gone -> {});
            if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                request.response().writeContinue();
            }
            request.resume();
        }

        private void arrived(Buffer piece) {
            if (refused) {
                return;
            }
            int longer = length + piece.length();
            if (longer > announced) {
                refused = true;
                refuse(context);
                return;
            }
            if (longer > body.length) {
                // Never larger than announced: others' bodies need the room.
                body = Arrays.copyOf(body, Math.min(announced, Math.max(longer, body.length * 2)));
            }
            piece.getBytes(body, length);
            length = longer;
            hold(piece.length());
        }

        private void end() {
            if (!refused) {
                RequestBody.keep(context, body.length == length ? body : Arrays.copyOf(body, length));
                context.next();
            }
        }

        private void hold(long bytes) {
            ConnectionGuard.of(request.connection()).ifPresent(guard -> guard.hold(bytes));
        }
    }
}
