package dev.lading.http.late;

import io.quarkus.vertx.http.runtime.attribute.ExchangeAttribute;
import io.quarkus.vertx.http.runtime.attribute.ExchangeAttributeBuilder;
import io.quarkus.vertx.http.runtime.attribute.ReadOnlyAttributeException;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** How many bytes of an answer's body the access log says: Vert.x does not count those that are sent past it. */
public final class SentBytes implements ExchangeAttributeBuilder, ExchangeAttribute {
    private static final String TOKEN = "%b";
    private static final String SENT = "dev.lading.sent";

    static void note(RoutingContext request, long count) {
        request.put(SENT, count);
    }

    @Override
    public String name() {
        return "bytes sent";
    }

    @Override
    public @Nullable ExchangeAttribute build(String token) {
        return token.equals(TOKEN) ? this : null;
    }

    /** Before that of Quarkus. */
    @Override
    public int priority() {
        return 1;
    }

    @Override
    public String readAttribute(RoutingContext request) {
        long sent = request.get(SENT) instanceof Long past
                ? past
                : request.response().bytesWritten();
        return sent == 0 ? "-" : Long.toString(sent);
    }

    @Override
    public void writeAttribute(RoutingContext request, String value) throws ReadOnlyAttributeException {
        throw new ReadOnlyAttributeException(TOKEN, value);
    }
}
