package dev.lading.operation.imports;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.store.BundleStore;
import dev.lading.bundle.store.BundleStore.Opened;
import dev.lading.history.row.RepositoryId;
import dev.lading.importer.Importer;
import dev.lading.imports.ImportReport;
import dev.lading.imports.ImportRequest;
import dev.lading.imports.ImportService;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.Owning;
import dev.lading.signing.TrustedKeys;
import jakarta.inject.Singleton;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Imports for the administrator, of bundles that are files of the deployment and signed by keys that it trusts. */
@Singleton
public class BundleImports {
    private static final ImportRequest.Rights ALL = new ImportRequest.Rights() {
        @Override
        public boolean mayWrite(String name, Optional<RepositoryId> target) {
            return true;
        }

        @Override
        public boolean mayDistribute(RepositoryName basePath) {
            return true;
        }
    };

    private final ImportService imports;
    private final ImportSettings settings;
    private final TrustedKeys trusted;

    public BundleImports(ImportService imports, ImportSettings settings, TrustedKeys trusted) {
        this.imports = imports;
        this.settings = settings;
        this.trusted = trusted;
    }

    /** Told of every piece that is read; may throw to stop the import. */
    interface Reading extends ImportService.Progress {
        void check();
    }

    /**
     * Finds out by the beginning of a file what an import would do.
     *
     * @throws FieldInvalid with what the bundle would be refused for
     */
    public ImportReport check(String path, Importer.Settings how) throws IOException {
        try (InputStream bundle = open(path)) {
            return imports.check(bundle, request(how, true));
        } catch (BundleRefused e) {
            throw refused(e);
        }
    }

    /** @throws FieldInvalid with what the bundle is refused for */
    ImportReport run(String path, Importer.Settings how, boolean create, Reading reading) throws IOException {
        try (InputStream bundle = new CheckedInput(open(path), reading)) {
            return imports.run(bundle, request(how, create), reading);
        } catch (BundleRefused e) {
            throw refused(e);
        }
    }

    private InputStream open(String path) throws IOException {
        Opened opened = settings.open(path);
        return opened.content();
    }

    private ImportRequest request(Importer.Settings how, boolean create) {
        return new ImportRequest(
                how.asNames(),
                create,
                how.asNewVersion(),
                how.keepPublic(),
                trusted.trust(how.unsigned()),
                ALL,
                Owning.NOBODY);
    }

    private static FieldInvalid refused(BundleRefused e) {
        return new FieldInvalid(BundleStore.FIELD, String.valueOf(e.getMessage()));
    }

    /** A blob may be many gigabytes, in the middle of which an import must stop, too. */
    private static final class CheckedInput extends FilterInputStream {
        private final Reading reading;

        CheckedInput(InputStream in, Reading reading) {
            super(in);
            this.reading = reading;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            reading.check();
            return super.read(into, offset, length);
        }
    }
}
