package dev.lading.connection;

import dev.lading.access.Source;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** Puts a {@link ConnectionGuard} into every connection that is taken, and closes at once those that are too many. */
public final class ConnectionLimits extends ChannelInitializerExtension {
    /** System property: connections in all. */
    public static final String MOST = "dev.lading.max-connections";

    /** Enough for two thousand nodes; each costs some 20 KB while it rests. */
    public static final int DEFAULT_MOST = 4096;

    private final Connections all = new Connections(
            Integer.getInteger(MOST, DEFAULT_MOST), Runtime.getRuntime().maxMemory() / 4);

    @Override
    public void postInitializeServerChildChannel(Channel child) {
        if (!(child.remoteAddress() instanceof InetSocketAddress peer)) {
            child.unsafe().closeForcibly();
            return;
        }
        Source source = Source.of(peer.getAddress().getHostAddress());
        if (!all.admit(source, true)) {
            child.unsafe().closeForcibly();
            return;
        }
        var _ = child.closeFuture().addListener(closed -> all.leave(source, true));
        child.pipeline().addFirst("guard", new ConnectionGuard(all, source));
    }
}
