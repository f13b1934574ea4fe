package dev.lading.metadata;

import dev.lading.testing.SharedAws;
import org.junit.jupiter.api.Nested;

class DynamoMetadataStoreTest {
    private final MetadataStore store = SharedAws.newMetadataStore();

    @Nested
    class Records extends MetadataStoreContract {
        @Override
        protected int rounds() {
            return 50;
        }

        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Nested
    class Conditions extends ConditionContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Nested
    class Queries extends QueryContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }

    @Nested
    class Concurrency extends ConcurrencyContract {
        @Override
        protected MetadataStore store() {
            return store;
        }
    }
}
