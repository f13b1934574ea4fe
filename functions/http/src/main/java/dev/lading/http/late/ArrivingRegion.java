package dev.lading.http.late;

import dev.lading.content.ArrivingBytes;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A part of a blob that has come, which the operating system sends from its file. */
final class ArrivingRegion extends AbstractReferenceCounted implements FileRegion {
    private final ArrivingBytes bytes;
    private final long position;
    private final long count;
    private long transferred;

    ArrivingRegion(ArrivingBytes bytes, long position, long count) {
        this.bytes = bytes;
        this.position = position;
        this.count = count;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    @Deprecated
    public long transfered() {
        return transferred;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long transferTo(WritableByteChannel target, long from) throws IOException {
        long sent = bytes.transfer(position + from, count - from, target);
        transferred += Math.max(0, sent);
        return sent;
    }

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }

    @Override
    protected void deallocate() {
        // The file is its reader's.
    }
}
