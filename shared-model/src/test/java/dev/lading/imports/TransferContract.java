package dev.lading.imports;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.bundle.Trust;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.distribution.Distribution;
import dev.lading.export.Export;
import dev.lading.export.ExportRequest;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.ExportService;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.Content;
import dev.lading.history.row.RepositoryId;
import dev.lading.history.row.TagEntry;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.Owning;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Base of contracts of what one registry exports and another imports, both of them on one pair of stores. */
abstract class TransferContract extends ServiceContract {
    static final DocumentHead.Source SOURCE = DocumentHead.Source.UNKNOWN;
    private static final Trust UNSIGNED = new Trust(List.of(), true);

    static ImportRequest request(boolean asNewVersion, Optional<String> sender) {
        var rights = new ImportRequest.Rights() {
            @Override
            public Optional<String> sender() {
                return sender;
            }

            @Override
            public boolean mayWrite(String name, Optional<RepositoryId> target) {
                return true;
            }

            @Override
            public boolean mayDistribute(RepositoryName basePath) {
                return true;
            }
        };
        return new ImportRequest(
                new ImportRequest.Names(Map.of(), true), true, asNewVersion, false, UNSIGNED, rights, Owning.NOBODY);
    }

    ImportService imports(Registry of, MetadataStore store) {
        return new ImportService(
                store, of.repositories, of.versions, of.distributions, of.manifests, of.uploads, blobs(), clock);
    }

    ImportReport run(byte[] bundle) {
        return run(bundle, request(false, Optional.empty()));
    }

    ImportReport run(byte[] bundle, ImportRequest request) {
        try {
            return imports(registry(), metadata())
                    .run(new ByteArrayInputStream(bundle), request, ImportService.Progress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ImportReport check(byte[] bundle) {
        try {
            return imports(registry(), metadata())
                    .check(new ByteArrayInputStream(bundle), request(false, Optional.empty()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ExportService exports() {
        return new ExportService(
                registry().repositories, registry().versions, registry().distributions, registry().manifests, blobs());
    }

    Export prepared(Part... parts) {
        try {
            return exports().prepare(new ExportRequest(List.of(parts), Optional.empty(), SOURCE), distribution -> true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RepositoryId id() {
        return registry().repositories.findNamed(APP.value()).orElseThrow().id();
    }

    Digest blob(int sizeBytes) {
        return registry().pushBlob(APP, Bytes.random(sizeBytes));
    }

    Digest image(String tag, Digest... blobs) {
        clock.advance(Duration.ofMinutes(1));
        return registry()
                .push(APP, byTag(tag), Images.image(List.of(blobs), tag))
                .digest();
    }

    /** Deletes all that there is, as if this were another registry. */
    void forget() {
        registry().distributions.list(Optional.empty(), 100).records().stream()
                .map(Distribution::id)
                .forEach(registry().distributions::delete);
        registry().repositories.delete(id());
        cleanUp();
        requireNoBytes();
    }

    void requireNoBytes() {
        assertThat(new Stored(registry(), metadata(), blobs()).bytes()).isEmpty();
    }

    void cleanUp() {
        try {
            for (int i = 0; i < 3; i++) {
                clock.advance(Duration.ofDays(32));
                registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What all kept versions but the empty one show. */
    Map<Long, List<String>> history() {
        Map<Long, List<String>> history = new TreeMap<>();
        for (RepositoryVersion version :
                registry().versions.list(id(), Optional.empty(), 1000).records()) {
            if (version.version() > 0) {
                history.put(version.version(), shown(version.version()));
            }
        }
        return history;
    }

    private List<String> shown(long version) {
        RepositoryView view = registry().versions.view(id(), version);
        return Content.TABLES.values().stream()
                .flatMap(view::stream)
                .map(row -> row.table().name() + " " + row.name() + tagged(view, row))
                .sorted()
                .toList();
    }

    private static String tagged(RepositoryView view, Content row) {
        return row instanceof TagEntry tag ? " " + view.tag(tag.tag()).orElseThrow() : "";
    }

    void requireNothing() {
        assertThat(registry().repositories.findNamed(APP.value()).filter(repository -> repository.last() > 0))
                .isEmpty();
    }
}
