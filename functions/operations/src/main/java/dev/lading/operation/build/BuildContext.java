package dev.lading.operation.build;

import java.util.List;

/** The files that a Containerfile copies from. */
public sealed interface BuildContext {
    /** A builder takes no more of them. */
    int MOST_FILES = 100_000;

    /** No files. */
    record Nothing() implements BuildContext {}

    /** A tar, which may be compressed by gzip, or a zip. */
    record Archive(ByteSource bytes) implements BuildContext {}

    /** Files by their paths, without dates. */
    record Files(List<Named> files) implements BuildContext {
        public Files {
            files = List.copyOf(files);
        }
    }

    record Named(String path, ByteSource bytes) {}
}
