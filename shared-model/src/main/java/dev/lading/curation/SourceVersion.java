package dev.lading.curation;

import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.metadata.Write;

/** A version that content is copied from. As long as it is there, cleanup keeps what it holds. */
record SourceVersion(RepositoryVersion version, RepositoryView view) {
    Write fence() {
        return Write.checkUnchanged(RepositoryVersion.TABLE, version);
    }
}
