package dev.lading.operation.imports;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Settings of a deployment that provides nothing for importers. */
final class ImportDefaults {
    @Produces
    @Singleton
    @DefaultBean
    ImportSettings imports() {
        return ImportSettings.NONE;
    }
}
