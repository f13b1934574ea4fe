package dev.lading.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.concurrent.Semaphore;

/**
 * A limit on memory for JSON being parsed. A tree takes up to thirty times the bytes of its text, so one document of
 * {@link Manifest#MAX_BYTES} takes all of it, and others wait some hundredths of a second; small ones need none.
 */
public final class ParseRoom implements AutoCloseable {
    /** Limit on tokens, which a tree's size depends on. An index of {@link Manifest#MAX_BYTES} has at most 300,000. */
    public static final long MAX_TOKENS = 400_000;

    /** Objects and arrays inside of each other. */
    public static final int MAX_NESTING = 64;

    /** Reads what strangers wrote, within these bounds. */
    public static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(Manifest.MAX_BYTES)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    // Two readers of a document with a duplicate key may see two different images.
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int SMALL_BYTES = 16 * 1024;

    /** Permits in bytes; fair, or a stream of smaller documents would keep a large one waiting for ever. */
    private static final Semaphore BYTES = new Semaphore(Manifest.MAX_BYTES, true);

    private final int bytes;

    private ParseRoom(int bytes) {
        this.bytes = bytes;
    }

    /** Waits for room for a text of {@code size} bytes; closing the result returns it. */
    public static ParseRoom take(int size) {
        int bytes = size <= SMALL_BYTES ? 0 : Math.min(size, Manifest.MAX_BYTES);
        if (bytes > 0) {
            BYTES.acquireUninterruptibly(bytes);
        }
        return new ParseRoom(bytes);
    }

    @Override
    public void close() {
        BYTES.release(bytes);
    }
}
