package dev.lading.connection;

import dev.lading.access.Source;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/** Puts a {@link ConnectionGuard} into every connection that is taken, and closes at once those that are too many. */
public final class ConnectionLimits extends ChannelInitializerExtension {
    /** System property: connections in all. */
    public static final String MOST = "dev.lading.max-connections";

    /** Enough for two thousand nodes; each costs some 20 KB while it rests. */
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
        // A proxy's are those of many: each of its requests counts for whom it is passed on.
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
