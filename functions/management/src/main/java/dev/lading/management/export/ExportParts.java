package dev.lading.management.export;

import dev.lading.export.Export;
import dev.lading.export.ExportRequest.Part;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.References;
import dev.lading.operation.VersionHref;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of which repositories a body asks to export, in the words of Pulp's exports. */
final class ExportParts {
    static final String REPOSITORIES = "repositories";
    static final String VERSIONS = "versions";
    static final String START_VERSIONS = "start_versions";

    static final Schema HREFS = Schema.listOf(Schema.URI);

    /** Limit on what one request names. */
    private static final int MAX_NAMED = 1000;

    private ExportParts() {}

    /**
     * The repositories of a body, each up to its newest version unless the body names another.
     *
     * @throws Problem for the field that names what is not there, or is not exported
     */
    static List<Part> of(Values values, References seen) {
        return of(repositories(values.texts(REPOSITORIES, List.of()), seen), values, seen);
    }

    /** The last version of each repository in a bundle, as a body names them. */
    static List<String> versions(Export export) {
        return export.parts().stream()
                .map(part -> new VersionHref(part.repository(), part.to()).toString())
                .toList();
    }

    static List<RepositoryId> repositories(List<String> named, References seen) {
        if (named.isEmpty() || named.size() > MAX_NAMED) {
            throw Problem.field(REPOSITORIES, "name 1 to " + MAX_NAMED + " repositories");
        }
        return named.stream()
                .map(href -> seen.repository(REPOSITORIES, href).id())
                .distinct()
                .toList();
    }

    /** Versions that a body names, of repositories that are known. */
    static List<Part> of(List<RepositoryId> repositories, Values values, References seen) {
        Map<RepositoryId, Long> last = numbers(VERSIONS, repositories, values, seen);
        Map<RepositoryId, Long> first = numbers(START_VERSIONS, repositories, values, seen);
        return repositories.stream()
                .map(id -> new Part(id, Optional.ofNullable(first.get(id)), Optional.ofNullable(last.get(id))))
                .toList();
    }

    private static Map<RepositoryId, Long> numbers(
            String field, List<RepositoryId> repositories, Values values, References seen) {
        Map<RepositoryId, Long> numbers = new HashMap<>();
        for (String href : values.texts(field, List.of())) {
            VersionHref version = seen.version(field, href);
            if (!repositories.contains(version.repository())) {
                throw Problem.field(field, href + " is of no repository that is exported");
            }
            if (numbers.put(version.repository(), version.number()) != null) {
                throw Problem.field(field, "name one version of each repository");
            }
        }
        return numbers;
    }
}
