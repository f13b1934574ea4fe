package dev.lading.server;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/**
 * Answers a TLS handshake on the plain port at once. An HTTP parser waits for the rest of what looks like a request
 * line, and docker, which tries TLS first, waits with it: ten seconds before each command.
 */
public final class TlsRefusal extends ChannelInitializerExtension {
    /** System property: the server's port takes plain HTTP. */
    static final String PLAIN = "dev.lading.plain-http";

    /** Record type of a TLS handshake; no HTTP method begins with it. Source: RFC 8446, section 5.1. */
    private static final byte HANDSHAKE = 22;

    /**
     * A refusal in plain HTTP, by which clients recognize the problem: Go says "server gave HTTP response to HTTPS
     * client".
     */
    private static final byte[] ANSWER =
            "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nThis port takes HTTP, not HTTPS.\n"
                    .getBytes(StandardCharsets.US_ASCII);

    @Override
    public void postInitializeServerChildChannel(Channel child) {
        if (Boolean.getBoolean(PLAIN)) {
            child.pipeline().addFirst(new FirstByte());
        }
    }

    private static final class FirstByte extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes
                    && bytes.isReadable()
                    && bytes.getByte(bytes.readerIndex()) == HANDSHAKE) {
                bytes.release();
                context.writeAndFlush(Unpooled.wrappedBuffer(ANSWER)).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            context.pipeline().remove(this);
            context.fireChannelRead(message);
        }
    }
}
