package dev.lading.operation.build;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as gzip, compressed while they are read, without a date or a name: the same bytes give the same. Source: RFC
 * 1952.
 */
final class GzipInput {
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int TAIL_BYTES = 8;

    private GzipInput() {}

    static InputStream of(InputStream plain) {
        var packed = new Packed(new CheckedInputStream(plain, new CRC32()));
        return new SequenceInputStream(
                new ByteArrayInputStream(HEAD), new SequenceInputStream(packed, new Tail(packed)));
    }

    private static final class Packed extends DeflaterInputStream {
        private final CheckedInputStream plain;
        private long bytes;
        private boolean closed;

        Packed(CheckedInputStream plain) {
            super(plain, new Deflater(Deflater.DEFAULT_COMPRESSION, true), BUFFER_BYTES);
            this.plain = plain;
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                bytes = def.getBytesRead();
                def.end();
            }
            super.close();
        }

        byte[] tail() {
            return ByteBuffer.allocate(TAIL_BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) plain.getChecksum().getValue())
                    .putInt((int) bytes)
                    .array();
        }
    }

    /** What is known when all before it was read. */
    private static final class Tail extends InputStream {
        private final Packed packed;
        private @Nullable InputStream bytes;

        Tail(Packed packed) {
            this.packed = packed;
        }

        private InputStream bytes() {
            if (bytes == null) {
                bytes = new ByteArrayInputStream(packed.tail());
            }
            return bytes;
        }

        @Override
        public int read() throws IOException {
            return bytes().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return bytes().read(target, offset, length);
        }
    }
}
