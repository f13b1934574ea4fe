package dev.lading.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** Reports when an answer is wholly written, which is when its last piece has reached the socket. */
final class AnswerWatch extends ChannelOutboundHandlerAdapter {
    private final RequestDecoder decoder;

    AnswerWatch(RequestDecoder decoder) {
        this.decoder = decoder;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            decoder.told();
            var _ = context.write(message, promise);
        } else if (message instanceof LastHttpContent) {
            ChannelPromise told = promise.unvoid();
            var _ = told.addListener(written -> {
                // On a connection that broke, nothing comes after it.
                if (written.isSuccess()) {
                    decoder.answered();
                }
            });
            var _ = context.write(message, told);
        } else {
            var _ = context.write(message, promise);
        }
    }
}
