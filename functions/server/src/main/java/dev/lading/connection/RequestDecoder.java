package dev.lading.connection;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.EXPECT;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one request at a time: the next is not parsed before the last is wholly answered, and once bytes of it have
 * arrived, no more are read. Rejects what two readers could parse differently. Source: RFC 9112, sections 2.2, 3.2 and
 * 6.1.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** Limit on a request line: administrators' clients name many resources in one query. */
    private static final int LINE_BYTES = 64 * 1024;

    private static final int HEAD_BYTES = 20 * 1024;
    private static final int CHUNK_BYTES = 256 * 1024;
    private static final int LINE_BUFFER_BYTES = 128;

    /** Pieces of a body smaller than this are joined: each costs a hundred times its size in objects. */
    private static final int SMALL_BYTES = 1024;

    private static final int JOINED_BYTES = 16 * 1024;

    /**
     * Syntax of a Host header: a name or an address, and perhaps a port; empty, where a request names no host. Source:
     * RFC 9112, section 3.2.
     */
    private static final Pattern HOST_VALUE =
            Pattern.compile("(?:(?:[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::[0-9]{0,5})?)?");

    private final ConnectionGuard guard;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf joined;
    private boolean lengthAndEncoding;

    /** The last valid host: all requests of a connection name the same. */
    private String knownHost = "";

    /** Whether no byte of the next request line has been seen. */
    private boolean atStart = true;

    private long headRead;
    private long headHeld;
    private boolean answerDue;
    private boolean bodyDue;
    private boolean heldBack;
    private boolean stoppedReading;
    private boolean dead;

    /** Whether the peer said that this request is its last. */
    private boolean isLast;

    RequestDecoder(ConnectionGuard guard) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(LINE_BYTES)
                .setMaxHeaderSize(HEAD_BYTES)
                .setMaxChunkSize(CHUNK_BYTES)
                .setInitialBufferSize(LINE_BUFFER_BYTES));
        this.guard = guard;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (dead || !context.channel().isOpen()) {
            // No later handler would release what is decoded now.
            in.skipBytes(in.readableBytes());
            return;
        }
        if (answerDue && !bodyDue) {
            holdBack(in.readableBytes());
            return;
        }
        if (atStart && !bodyDue && !startsWell(in)) {
            refuse(400, "Bad Request", "the request line does not begin with a method");
            return;
        }
        int before = in.readableBytes();
        super.decode(context, in, out);
        if (!bodyDue) {
            headRead += before - in.readableBytes();
            holdHead(headRead + in.readableBytes());
        }
        sift(out, in);
    }

    /**
     * Whether a request line begins well. Empty lines may precede it; control characters, which Netty's parser would
     * skip, may not.
     */
    private boolean startsWell(ByteBuf in) {
        for (int i = in.readerIndex(); i < in.writerIndex(); i++) {
            int b = in.getByte(i);
            if (b != '\r' && b != '\n') {
                atStart = false;
                return b >= 'A' && b <= 'Z';
            }
        }
        return true;
    }

    /** @param bytes kept of a head that is incomplete or not parsed yet */
    private void holdHead(long bytes) {
        guard.hold(bytes - headHeld);
        headHeld = bytes;
    }

    /** Records what was decoded, and joins small pieces. */
    private void sift(List<Object> out, ByteBuf in) {
        for (int i = 0; i < out.size(); i++) {
            Object message = out.get(i);
            if (message instanceof HttpRequest request) {
                Optional<Refusal> refusal = refusal(request);
                if (refusal.isPresent()) {
                    out.clear();
                    refuse(
                            refusal.get().status(),
                            refusal.get().reason(),
                            refusal.get().why());
                    in.skipBytes(in.readableBytes());
                    return;
                }
                began(request);
            }
            if (message instanceof HttpContent content && !(message instanceof LastHttpContent) && isSmall(content)) {
                join(content);
                out.remove(i--);
            } else if (message instanceof HttpContent) {
                Optional<HttpContent> before = joined();
                if (before.isPresent()) {
                    out.add(i++, before.get());
                }
            }
            if (message instanceof LastHttpContent) {
                complete();
            }
        }
        if (joined != null && joined.readableBytes() >= JOINED_BYTES) {
            joined().ifPresent(out::add);
        }
    }

    private boolean isSmall(HttpContent content) {
        return content.decoderResult().isSuccess()
                && content.content().readableBytes() < (joined == null ? SMALL_BYTES : JOINED_BYTES);
    }

    private void join(HttpContent content) {
        if (joined == null) {
            joined = Unpooled.buffer(SMALL_BYTES);
        }
        joined.writeBytes(content.content());
        content.release();
    }

    private Optional<HttpContent> joined() {
        Optional<HttpContent> content = Optional.ofNullable(joined).map(DefaultHttpContent::new);
        joined = null;
        return content;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        joined().ifPresent(context::fireChannelRead);
        super.channelReadComplete(context);
    }

    private void began(HttpRequest request) {
        holdHead(0);
        headRead = 0;
        answerDue = true;
        bodyDue = true;
        isLast = !HttpUtil.isKeepAlive(request);
        // Expectations other than 100-continue are refused.
        guard.deadlines().body(request.headers().contains(EXPECT), System.nanoTime());
    }

    private void complete() {
        bodyDue = false;
        dead |= isLast;
        atStart = true;
        if (answerDue) {
            guard.deadlines().complete();
        } else {
            guard.deadlines().head(System.nanoTime());
        }
    }

    /** Notes that the peer was sent 100-continue. */
    void told() {
        guard.deadlines().toldToSend(System.nanoTime());
    }

    /** Notes that the answer is wholly written. */
    void answered() {
        answerDue = false;
        guard.answered();
        if (bodyDue) {
            return;
        }
        guard.deadlines().head(System.nanoTime());
        if (heldBack && context != null) {
            heldBack = false;
            // Later, since this may be reported while bytes are decoded.
            context.executor().execute(this::goOn);
        }
    }

    private void holdBack(int bytes) {
        heldBack = true;
        holdHead(bytes);
        if (context != null && context.channel().config().isAutoRead()) {
            stoppedReading = true;
            context.channel().config().setAutoRead(false);
        }
    }

    private void goOn() {
        if (context == null || context.isRemoved()) {
            return;
        }
        if (stoppedReading) {
            // Before anything is decoded, for its receiver may want reading stopped again.
            stoppedReading = false;
            context.channel().config().setAutoRead(true);
        }
        try {
            guard.deadlines().received(1, System.nanoTime());
            channelRead(context, Unpooled.EMPTY_BUFFER);
            channelReadComplete(context);
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
    }

    private record Refusal(int status, String reason, String why) {
        static Optional<Refusal> bad(String why) {
            return Optional.of(new Refusal(400, "Bad Request", why));
        }
    }

    private Optional<Refusal> refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(undecodable(request.decoderResult().cause()));
        }
        HttpHeaders headers = request.headers();
        boolean old = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (!hasOneHost(headers)) {
            return Refusal.bad("there must be one Host header, with a host and perhaps a port");
        }
        String host = headers.get(HOST);
        if (host == null && !old) {
            return Refusal.bad("there is no Host header");
        }
        if (host == null || host.isEmpty()) {
            // Health checks of load balancers send none; all later handlers need one.
            headers.set(HOST, "localhost");
        }
        if (lengthAndEncoding || isRepeated(headers, CONTENT_LENGTH)) {
            lengthAndEncoding = false;
            return Refusal.bad("the body's length is given twice");
        }
        if (headers.contains(TRANSFER_ENCODING) && (old || !isOnly(headers, TRANSFER_ENCODING, "chunked"))) {
            return Refusal.bad("the only Transfer-Encoding is chunked, once, in HTTP/1.1");
        }
        if (headers.contains(EXPECT) && !isOnly(headers, EXPECT, "100-continue")) {
            return Optional.of(new Refusal(417, "Expectation Failed", "the only Expect is 100-continue"));
        }
        return counted(request);
    }

    private static Refusal undecodable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException e ->
                new Refusal(414, "URI Too Long", "the request line has more than " + LINE_BYTES + " bytes");
            case TooLongHttpHeaderException e ->
                new Refusal(
                        431, "Request Header Fields Too Large", "the headers have more than " + HEAD_BYTES + " bytes");
            default -> new Refusal(400, "Bad Request", "this is not HTTP");
        };
    }

    /** Whether there is at most one Host header, and it is only a host and a port. */
    private boolean hasOneHost(HttpHeaders headers) {
        String host = headers.get(HOST);
        if (host == null) {
            return true;
        }
        if (!host.equals(knownHost)) {
            if (!HOST_VALUE.matcher(host).matches()) {
                return false;
            }
            knownHost = host;
        }
        return !isRepeated(headers, HOST);
    }

    private static boolean isRepeated(HttpHeaders headers, AsciiString name) {
        return headers.contains(name) && headers.getAll(name).size() > 1;
    }

    private static boolean isOnly(HttpHeaders headers, AsciiString name, String value) {
        return value.equalsIgnoreCase(headers.get(name)) && !isRepeated(headers, name);
    }

    private Optional<Refusal> counted(HttpRequest request) {
        try {
            return guard.admit(request.headers())
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            429, "Too Many Requests", "too many requests from this address are under way; try again"));
        } catch (TrustedProxies.Contradiction e) {
            return Refusal.bad(e.getMessage());
        }
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        lengthAndEncoding = true;
    }

    /** Sends a refusal past the encoder, since earlier answers are out. */
    private void refuse(int status, String reason, String why) {
        dead = true;
        joined().ifPresent(HttpContent::release);
        String body = "{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"" + why + "\"}]}";
        String answer = "HTTP/1.1 " + status + " " + reason + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body;
        if (context != null) {
            var _ = context.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        return new DefaultHttpRequest(
                HttpVersion.valueOf(initialLine[2]),
                HttpMethod.valueOf(initialLine[0]),
                initialLine[1],
                HeadersMultiMap.httpHeaders());
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return false;
    }
}
