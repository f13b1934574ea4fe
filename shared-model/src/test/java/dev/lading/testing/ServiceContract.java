package dev.lading.testing;

import dev.lading.blob.BlobStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RepositoryName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Base of the services' contracts over any pair of stores, chosen by a subclass with an {@link OwnStores}. */
@Execution(ExecutionMode.CONCURRENT)
public abstract class ServiceContract {
    protected static final RepositoryName APP = new RepositoryName("team/app");

    protected final TestClock clock = new TestClock();
    private Stores stores;
    private Registry registry;

    @BeforeEach
    final void use(Stores own) {
        stores = own;
    }

    protected final MetadataStore metadata() {
        return stores.metadata();
    }

    protected final BlobStore blobs() {
        return stores.blobs().get();
    }

    protected final Registry registry() {
        if (registry == null) {
            registry = newRegistry(metadata());
        }
        return registry;
    }

    /** Another process, or a restarted one, without any state in memory. */
    protected final Registry newRegistry(MetadataStore store) {
        return new Registry(store, blobs(), clock);
    }

    protected final WatchedMetadataStore watched() {
        return new WatchedMetadataStore(metadata());
    }
}
