package dev.lading.operation.build;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that are opened when they are read. */
@FunctionalInterface
public interface ByteSource {
    InputStream open() throws IOException;
}
