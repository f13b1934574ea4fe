package dev.lading.curation;

import dev.lading.metadata.Write;
import dev.lading.repository.RepositoryVersion;
import dev.lading.repository.RepositoryView;

/** A version content is copied from. As long as it is there, cleanup keeps what it holds. */
record Source(RepositoryVersion version, RepositoryView view) {
    Write fence() {
        return Write.checkUnchanged(RepositoryVersion.TABLE, version);
    }
}
