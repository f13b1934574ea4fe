package dev.lading.testing;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the services promise over any pair of stores. Each test has stores of its own. */
@Execution(ExecutionMode.CONCURRENT)
public abstract class ServiceContract {
    protected static final RepositoryName APP = new RepositoryName("team/app");

    protected final TestClock clock = new TestClock();
    private Registry registry;

    protected abstract MetadataStore metadata();

    protected abstract BlobStore blobs();

    protected final Registry registry() {
        if (registry == null) {
            registry = newRegistry(metadata());
        }
        return registry;
    }

    /** Another process, or one started again: it remembers nothing. */
    protected final Registry newRegistry(MetadataStore store) {
        return new Registry(store, blobs(), clock);
    }

    protected final WatchedMetadataStore watched() {
        return new WatchedMetadataStore(metadata());
    }
}
