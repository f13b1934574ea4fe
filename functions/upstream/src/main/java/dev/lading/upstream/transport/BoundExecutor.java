package dev.lading.upstream.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Checks a request's {@link Bounds} against the address of its connection before it is sent: a pooled connection may
 * have been made for a request with other bounds. Records the address's network.
 */
final class BoundExecutor extends HttpRequestExecutor {
    private static final String NETWORK = Network.class.getName();
    private static final int PROXY_LOGIN = 407;

    static Network network(HttpContext context) {
        return (Network) context.getAttribute(NETWORK);
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            HttpResponseInformationCallback callback,
            HttpContext context)
            throws IOException, HttpException {
        if (!(connection.getRemoteAddress() instanceof InetSocketAddress remote)) {
            throw new IOException("the connection is closed");
        }
        InetAddress address = remote.getAddress();
        Dialer.bounds(context).require(address, address.getHostAddress());
        context.setAttribute(NETWORK, Network.of(address));
        ClassicHttpResponse response = super.execute(request, connection, callback, context);
        if (Method.CONNECT.isSame(request.getMethod())
                && response.getCode() / 100 != 2
                && response.getCode() != PROXY_LOGIN) {
            // It comes from the proxy alone, in plain text, and must not pass for the upstream's answer.
            throw new IOException("the proxy opens no tunnel (status " + response.getCode() + ")");
        }
        return response;
    }
}
