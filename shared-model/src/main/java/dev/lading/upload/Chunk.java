package dev.lading.upload;

import dev.lading.blob.BlobWriter;
import dev.lading.oci.RegistryException.SizeInvalid;
import dev.lading.oci.RegistryException.UploadOutOfOrder;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of an upload as a request carries them.
 *
 * @param start offset of the first byte, 0-based; empty: the upload's end
 * @param lengthBytes what the request announced; empty: until the stream ends
 */
public record Chunk(OptionalLong start, OptionalLong lengthBytes, InputStream content) {
    static final int BUFFER_BYTES = 128 * 1024;

    public static final Chunk EMPTY =
            new Chunk(OptionalLong.empty(), OptionalLong.of(0), InputStream.nullInputStream());

    void requireStart(long endOfUpload) {
        if (start.isPresent() && start.getAsLong() != endOfUpload) {
            throw new UploadOutOfOrder(endOfUpload, "this chunk starts at byte " + start.getAsLong());
        }
    }

    /**
     * Copies all bytes and returns how many there were.
     *
     * @throws SizeInvalid if there are more or fewer than announced
     */
    long copyTo(BlobWriter writer, @Nullable MessageDigest hash, Runnable afterEachBuffer) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long total = 0;
        for (int n = content.readNBytes(buffer, 0, buffer.length);
                n > 0;
                n = content.readNBytes(buffer, 0, buffer.length)) {
            total += n;
            if (lengthBytes.isPresent() && total > lengthBytes.getAsLong()) {
                break;
            }
            if (hash != null) {
                hash.update(buffer, 0, n);
            }
            writer.write(buffer, 0, n);
            afterEachBuffer.run();
        }
        if (lengthBytes.isPresent() && total != lengthBytes.getAsLong()) {
            throw new SizeInvalid("the request announced " + lengthBytes.getAsLong() + " bytes and carried "
                    + (total > lengthBytes.getAsLong() ? "more" : total));
        }
        return total;
    }
}
