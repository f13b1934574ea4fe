package dev.lading.connection;

import dev.lading.http.Gate;
import dev.lading.http.RequestRefused;
import dev.lading.oci.Manifest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Reads the body of a request that is no upload before a worker gets it, so that no slow client keeps one. What has come of it
 * counts as held for the peer until it is answered.
 */
@Singleton
final class SmallBodies {
    private static final int TOO_LARGE = 413;

    void register(@Observes Router router) {
        router.route().order(Gate.FIRST + 1).handler(SmallBodies::read);
    }

    private static void read(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (UploadSlots.isUpload(context) || (!chunked && (length == null || length.equals("0")))) {
            context.next();
        } else if (!chunked && isTooLong(length)) {
            refuse(context);
        } else {
            new SmallBody(context).begin();
        }
    }

    private static boolean isTooLong(String length) {
        // The parser has seen that it is a number.
        return length.length() > 9 || Long.parseLong(length) > Manifest.MAX_BYTES;
    }

    private static void refuse(RoutingContext context) {
        context.fail(
                TOO_LARGE,
                new RequestRefused(
                        TOO_LARGE, "the body has more than the " + Manifest.MAX_BYTES + " bytes that this path takes"));
    }

    private static final class SmallBody {
        private final RoutingContext context;
        private final HttpServerRequest request;
        private final Buffer body = Buffer.buffer();
        private long held;
        private boolean refused;

        SmallBody(RoutingContext context) {
            this.context = context;
            this.request = context.request();
        }

        void begin() {
            context.addEndHandler(ended -> hold(-held));
            request.handler(this::arrived);
            request.endHandler(nothing -> end());
            // Who breaks off is no news.
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
            if (body.length() + piece.length() > Manifest.MAX_BYTES) {
                refused = true;
                refuse(context);
                return;
            }
            body.appendBuffer(piece);
            hold(piece.length());
        }

        private void end() {
            if (!refused) {
                ((RoutingContextInternal) context).setBody(body);
                context.next();
            }
        }

        private void hold(long bytes) {
            held += bytes;
            ConnectionGuard.of(request.connection()).ifPresent(guard -> guard.hold(bytes));
        }
    }
}
