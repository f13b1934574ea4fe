package dev.lading.export;

import dev.lading.blob.BlobStore;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.bundle.document.DocumentHead;
import dev.lading.bundle.document.DocumentWriter;
import dev.lading.bundle.document.Receipt;
import dev.lading.content.ManifestService;
import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionService;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.HistoryWalk.Chosen;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Makes bundles of repositories. Their bytes depend on what is exported, and on nothing else. */
public final class ExportService {
    private final RepositoryService repositories;
    private final VersionService versions;
    private final DistributionService distributions;
    private final ManifestService manifests;
    private final BlobStore blobs;

    public ExportService(
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ManifestService manifests,
            BlobStore blobs) {
        this.repositories = repositories;
        this.versions = versions;
        this.distributions = distributions;
        this.manifests = manifests;
        this.blobs = blobs;
    }

    /**
     * Finds out what a bundle holds. Reads manifests, and no blobs.
     *
     * @param named which distributions it names, of those that serve what it holds
     * @throws dev.lading.oci.RegistryException.EntityUnknown if there is no such repository or version
     * @throws FieldInvalid if it is more than a bundle may hold
     */
    public Export prepare(ExportRequest request, Predicate<Distribution> named) throws IOException {
        return prepare(request, Receipt.nothing(), named);
    }

    /**
     * Finds out what a bundle holds for somebody who has what a receipt says. Repositories that it does not name are
     * exported as without it.
     */
    public Export prepare(ExportRequest request, Receipt receipt, Predicate<Distribution> named) throws IOException {
        try {
            return prepared(request, receipt, named);
        } catch (BundleRefused e) {
            throw new FieldInvalid("repositories", String.valueOf(e.getMessage()));
        }
    }

    private Export prepared(ExportRequest request, Receipt receipt, Predicate<Distribution> named) throws IOException {
        List<Chosen> chosen = chosen(request, receipt);
        Instant date = request.date()
                .orElseGet(() -> chosen.stream()
                        .map(each -> each.last().created())
                        .max(Comparator.naturalOrder())
                        .orElseThrow());
        var contents = new BundleContents(manifests);
        var layout = new ImageLayout(contents, request.source().url());
        var document = new BoundedBuffer(DocumentHead.PATH, DocumentWriter.MAX_BYTES);
        try (var writer = new DocumentWriter(document, new DocumentHead(date, request.source()))) {
            for (Chosen each : chosen) {
                var walk = new HistoryWalk(versions, contents, each);
                walk.write(writer);
                layout.add(walk);
            }
            for (Chosen each : chosen) {
                writer.write(serving(each.repository(), named));
            }
            writer.write(contents.omitted());
        }
        List<BoundedBuffer> described = layout.files(document);
        contents.end();
        return new Export(
                contents, blobs, described, chosen.stream().map(Chosen::part).toList());
    }

    private List<Chosen> chosen(ExportRequest request, Receipt receipt) {
        if (request.parts().isEmpty()) {
            throw new FieldInvalid("repositories", "An export is of one repository or more.");
        }
        long different =
                request.parts().stream().map(Part::repository).distinct().count();
        if (different < request.parts().size()) {
            throw new FieldInvalid("repositories", "A repository is exported once.");
        }
        return request.parts().stream()
                .map(part -> receipt.find(part.repository())
                        .map(held -> chosen(part, held))
                        .orElseGet(() -> chosen(part)))
                .sorted(Comparator.comparing(
                        each -> each.repository().settings().name()))
                .toList();
    }

    private Chosen chosen(Part part) {
        Repository repository = repositories.get(part.repository());
        RepositoryVersion last = last(repository, part);
        Optional<RepositoryView> from = part.from().map(number -> {
            var _ = versions.get(part.repository(), number);
            return versions.view(part.repository(), number);
        });
        if (from.filter(each -> each.version() > last.version()).isPresent()) {
            throw new FieldInvalid("versions", "Version " + last.version() + " is older than the one to export from.");
        }
        return new Chosen(repository, part.from(), blob -> isHeld(from, blob), last);
    }

    private RepositoryVersion last(Repository repository, Part part) {
        return versions.get(repository.id(), part.to().orElse(repository.version()));
    }

    private static boolean isHeld(Optional<RepositoryView> from, Digest blob) {
        return from.flatMap(each -> each.blobInVersion(blob))
                .filter(BlobEntry::isHeld)
                .isPresent();
    }

    private Chosen chosen(Part part, Receipt.Held held) {
        Repository repository = repositories.get(part.repository());
        RepositoryVersion last = last(repository, part);
        if (part.from().isPresent()) {
            throw new FieldInvalid("start_versions", "The receipt says from which version '" + held.name() + "' is.");
        }
        if (held.version() > last.version()) {
            throw new FieldInvalid(
                    "receipt",
                    "The other side has '" + held.name() + "' up to version " + held.version()
                            + ", and what is exported ends with version " + last.version() + ".");
        }
        return new Chosen(repository, Optional.of(held.version()), held.blobs()::contains, last);
    }

    private Stream<OfDistribution> serving(Repository repository, Predicate<Distribution> named) {
        return repository.names().stream()
                .sorted(Comparator.comparing(RepositoryName::value))
                .flatMap(path -> distributions.findAt(path).stream())
                .filter(named)
                .map(Distribution::settings)
                .filter(settings -> settings.repository().equals(Optional.of(repository.id())))
                .map(settings -> new OfDistribution(
                        settings.name(),
                        settings.basePath(),
                        repository.settings().name(),
                        settings.version(),
                        settings.restricted(),
                        settings.description(),
                        settings.labels()));
    }
}
