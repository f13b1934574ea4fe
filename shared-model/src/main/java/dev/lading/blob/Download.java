package dev.lading.blob;

import java.net.URI;
import java.nio.file.Path;

/** Where a client gets the bytes of a blob. */
public sealed interface Download {
    record Redirect(URI location) implements Download {}

    record LocalFile(Path path) implements Download {}
}
