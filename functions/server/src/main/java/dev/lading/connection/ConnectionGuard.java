package dev.lading.connection;

import dev.lading.access.Source;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guards one connection, next to its socket: tracks the memory held for the peer, and its progress. Closes the
 * connection when a head is not complete in time, when a body or an answer makes too little progress, or when it is
 * chosen to make room.
 */
public final class ConnectionGuard extends ChannelDuplexHandler {
    static final AttributeKey<ConnectionGuard> KEY = AttributeKey.valueOf(ConnectionGuard.class, "guard");
    static final String DECODER = "httpDecoder";
    private static final String VERTX_HANDLER = "handler";

    private final Connections all;
    private final Source source;
    private final TrustedProxies proxies;
    private final Deadlines deadlines;

    /** Client that the present request is counted for, if a proxy forwarded it. */
    private Optional<Source> forwarded = Optional.empty();

    /** Time since which it has held memory. */
    private volatile long heldFrom;

    private volatile boolean closing;
    private volatile long held;
    private @Nullable Channel channel;

    /** Context through which closing does not wait, as Vert.x's handlers do, for data that the peer does not read. */
    private @Nullable ChannelHandlerContext socket;

    private @Nullable ScheduledFuture<?> watch;
    private boolean placed;

    /** Bytes of all answers so far given to the socket's queue; beside it, those whose write has ended. */
    private long given;

    private long ended;

    ConnectionGuard(Connections all, Source source, TrustedProxies proxies) {
        this.all = all;
        this.source = source;
        this.proxies = proxies;
        this.deadlines = new Deadlines(System.nanoTime());
    }

    /** The guard of the connection a request came by; empty where there is no socket, as in a function. */
    public static Optional<ConnectionGuard> of(HttpConnection connection) {
        return connection instanceof ConnectionBase base
                ? Optional.ofNullable(base.channel().attr(KEY).get())
                : Optional.empty();
    }

    Source source() {
        return source;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    long heldBytes() {
        return held;
    }

    /** Whether it is idle: no request is under way, and it is not closed already. */
    boolean rests() {
        return !closing && deadlines.expectsHead();
    }

    /** Cost of this peer to others: bytes held, times how long some have been. */
    double burden(long now) {
        return (double) heldBytes() * Math.max(1, now - heldFrom);
    }

    /**
     * Counts a request for the client that a trusted proxy names, and removes all other clients from its headers.
     *
     * @return false: that client has too many under way
     */
    boolean admit(HttpHeaders headers) throws TrustedProxies.Contradiction {
        if (channel == null || !(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            return true;
        }
        Optional<Source> client =
                proxies.client(peer.getAddress(), headers).map(address -> Source.of(address.getHostAddress()));
        if (client.isPresent() && !all.admitRequest(client.get())) {
            return false;
        }
        forwarded = client;
        return true;
    }

    /** Ends the present request, answered or not. */
    void answered() {
        forwarded.ifPresent(all::leaveRequest);
        forwarded = Optional.empty();
    }

    /** Counts bytes kept in memory for this peer; negative: released. */
    public void hold(long bytes) {
        synchronized (this) {
            if (closing) {
                return;
            }
            if (held == 0) {
                heldFrom = System.nanoTime();
            }
            held += bytes;
        }
        all.held(bytes);
    }

    /** Releases all that is counted for this peer. */
    private void letGo() {
        long was;
        synchronized (this) {
            closing = true;
            was = held;
            held = 0;
        }
        all.held(-was);
    }

    /** Closes the connection and, at once, frees what it holds. */
    void shed() {
        letGo();
        ChannelHandlerContext shut = socket;
        if (shut != null) {
            var _ = shut.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        socket = context;
        channel = context.channel();
        channel.attr(KEY).set(this);
        all.add(this);
        var _ = context.channel().closeFuture().addListener(closed -> over());
    }

    private void over() {
        all.remove(this);
        answered();
        letGo();
        if (watch != null) {
            watch.cancel(false);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        watch = context.executor()
                .scheduleWithFixedDelay(
                        () -> look(context), Deadlines.LOOK_SECONDS, Deadlines.LOOK_SECONDS, TimeUnit.SECONDS);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!placed) {
            place(context);
        }
        if (message instanceof ByteBuf bytes) {
            deadlines.received(bytes.readableBytes(), System.nanoTime());
        }
        context.fireChannelRead(message);
    }

    /** Places the other handlers once Vert.x has placed its own: after the handshake where there is TLS. */
    private void place(ChannelHandlerContext context) {
        if (context.pipeline().get(VERTX_HANDLER) != null && context.pipeline().get(DECODER) != null) {
            placed = true;
            RequestDecoder decoder = new RequestDecoder(this);
            context.pipeline().replace(DECODER, DECODER, decoder);
            context.pipeline().addBefore(VERTX_HANDLER, "answers", new AnswerWatch(decoder));
        } else if (context.pipeline().get(SslHandler.class) != null) {
            placed = true;
            context.pipeline().addAfter("ssl", "handshake-end", new HandshakeEnd());
        }
    }

    /** Places the others when the handshake has ended and Vert.x was notified. */
    private final class HandshakeEnd extends ChannelDuplexHandler {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            super.userEventTriggered(context, event);
            if (context.pipeline().get(VERTX_HANDLER) != null) {
                context.pipeline().remove(this);
                place(context);
            }
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        long size = size(message);
        long heap = message instanceof FileRegion ? 0 : size;
        if (given == ended) {
            deadlines.answering(System.nanoTime());
        }
        given += size;
        hold(heap);
        ChannelPromise told = promise.unvoid();
        var _ = told.addListener(written -> {
            ended += size;
            hold(-heap);
        });
        var _ = context.write(message, told);
    }

    private static long size(Object message) {
        return switch (message) {
            case ByteBuf bytes -> bytes.readableBytes();
            case ByteBufHolder holder -> holder.content().readableBytes();
            case FileRegion region -> region.count();
            default -> 0;
        };
    }

    private void look(ChannelHandlerContext context) {
        long now = System.nanoTime();
        if (given > ended && context.channel().unsafe() instanceof AbstractNioChannel.NioUnsafe socketWrites) {
            // The kernel says that there is room only when there is much; a slow peer takes little at a time.
            socketWrites.forceFlush();
        }
        ChannelOutboundBuffer queue = context.channel().unsafe().outboundBuffer();
        long taken = ended + (queue == null ? 0 : queue.currentProgress());
        deadlines.taken(taken, now);
        deadlines
                .missed(given > ended, context.channel().config().isAutoRead(), now)
                .ifPresent(why -> {
                    all.say("the connection of " + source.network() + " is closed: " + why);
                    var _ = context.close();
                });
    }
}
