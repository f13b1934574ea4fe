package dev.lading.connection;

import dev.lading.access.Source;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/** Puts a {@link ConnectionGuard} into every accepted connection, and closes those over the limit at once. */
public final class ConnectionLimits extends ChannelInitializerExtension {
    /** System property: limit on connections in all. */
    public static final String MOST = "dev.lading.max-connections";

    /** Default limit: enough for two thousand nodes; an idle connection costs some 20 KB. */
    public static final int DEFAULT_MOST = 4096;

    private final Connections all = new Connections(
            Integer.getInteger(MOST, DEFAULT_MOST), Runtime.getRuntime().maxMemory() / 4);

    private final TrustedProxies proxies = TrustedProxies.configured();

    @Override
    public void postInitializeServerChildChannel(Channel child) {
        if (!(child.remoteAddress() instanceof InetSocketAddress peer)) {
            child.pipeline().addFirst(new Closed());
            return;
        }
        Source source = Source.of(peer.getAddress().getHostAddress());
        // A proxy's connections carry many clients' requests: each counts for the client it is forwarded for.
        boolean isProxy = proxies.trusts(peer.getAddress());
        if (!all.admit(source, !isProxy)) {
            child.pipeline().addFirst(new Closed());
            return;
        }
        var _ = child.closeFuture().addListener(closed -> all.leave(source, !isProxy));
        child.pipeline().addFirst("guard", new ConnectionGuard(all, source, proxies));
    }

    /** Ends a connection as soon as it can be: before it is registered, Netty would log a stack for each. */
    private static final class Closed extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRegistered(ChannelHandlerContext context) {
            var _ = context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // It ends anyway.
        }
    }
}
