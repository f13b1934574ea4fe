package dev.lading.bundle.document;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.ChangeEntry;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What may follow what in a document, and how much of it there may be. Holds for whoever writes and whoever reads. */
final class DocumentRules {
    /** Limit on the document's own bytes. */
    static final int MAX_BYTES = 32 * 1024 * 1024;

    static final int MAX_REPOSITORIES = 1000;
    static final int MAX_VERSIONS = 20_000;
    static final int MAX_DISTRIBUTIONS = 10_000;
    static final int MAX_CHANGES = 250_000;

    private final Map<String, OfRepository> repositories = new HashMap<>();
    private final Set<String> distributions = new HashSet<>();
    private final Set<String> basePaths = new HashSet<>();
    private final Set<String> changed = new HashSet<>();
    private final Set<String> omitted = new HashSet<>();
    private Optional<OfRepository> repository = Optional.empty();
    private OptionalLong version = OptionalLong.empty();
    private int versions;
    private int changes;
    private boolean behindRepositories;

    /** @throws BundleRefused if the entry may not come next */
    void require(DocumentEntry next) {
        switch (next) {
            case OfRepository each -> repository(each);
            case OfVersion each -> version(each);
            case ChangeEntry each -> change(each);
            case OfDistribution each -> distribution(each);
            case Omitted each -> omitted(each);
        }
    }

    private void repository(OfRepository next) {
        require(!behindRepositories, "repository '" + next.name() + "' stands behind what comes after repositories");
        endOfRepository();
        require(repositories.put(next.name(), next) == null, "repository '" + next.name() + "' is there twice");
        atMost(repositories.size(), MAX_REPOSITORIES, "repositories");
        repository = Optional.of(next);
    }

    private void version(OfVersion next) {
        OfRepository of = repository
                .filter(each -> !behindRepositories)
                .orElseThrow(() -> new BundleRefused(in("version " + next.number() + " is of no repository")));
        long before = version.orElse(of.from().orElse(-1L));
        require(
                next.number() > before && next.number() <= of.to(),
                "version " + next.number() + " of '" + of.name() + "' is not between " + before + " and " + of.to());
        require(
                !next.showsAll() || (version.isEmpty() && of.from().isPresent()),
                "version " + next.number() + " of '" + of.name() + "' cannot be complete");
        version = OptionalLong.of(next.number());
        changed.clear();
        atMost(++versions, MAX_VERSIONS, "versions");
    }

    private void change(ChangeEntry next) {
        require(version.isPresent() && !behindRepositories, "'" + next.name() + "' is changed by no version");
        require(
                changed.add(next.getClass().getSimpleName() + next.name()),
                "version " + version.orElse(0) + " changes '" + next.name() + "' twice");
        atMost(++changes, MAX_CHANGES, "changes");
    }

    private void distribution(OfDistribution next) {
        require(omitted.isEmpty(), "distribution '" + next.name() + "' stands behind what was left out");
        endOfRepositories();
        require(
                repositories.containsKey(next.repository()),
                "distribution '" + next.name() + "' is of a repository that is not there");
        require(distributions.add(next.name()), "distribution '" + next.name() + "' is there twice");
        require(basePaths.add(next.basePath().value()), "base path '" + next.basePath() + "' is there twice");
        atMost(distributions.size(), MAX_DISTRIBUTIONS, "distributions");
    }

    private void omitted(Omitted next) {
        endOfRepositories();
        require(omitted.add(next.digest().toString()), next.digest() + " is left out twice");
        atMost(omitted.size(), MAX_CHANGES, "blobs left out");
    }

    /** @throws BundleRefused if something is missing */
    void end() {
        endOfRepositories();
    }

    private void endOfRepositories() {
        if (!behindRepositories) {
            endOfRepository();
            behindRepositories = true;
        }
    }

    private void endOfRepository() {
        repository.ifPresent(each -> require(
                version.orElse(each.from().orElse(-1L)) == each.to(),
                "repository '" + each.name() + "' does not come to its version " + each.to()));
        version = OptionalLong.empty();
        changed.clear();
    }

    private static void atMost(int count, int most, String what) {
        require(count <= most, "it has more than " + most + " " + what + "; export less at once");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BundleRefused(in(otherwise));
        }
    }

    static String in(String why) {
        return DocumentHead.PATH + ": " + why;
    }
}
