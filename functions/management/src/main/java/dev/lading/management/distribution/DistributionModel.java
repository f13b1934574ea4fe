package dev.lading.management.distribution;

import dev.lading.distribution.Distribution;
import dev.lading.distribution.DistributionSettings;
import dev.lading.distribution.NewNames;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.history.row.RepositoryId;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.References;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.TypeFilters;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.NameInvalid;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Distributions as the API shows and accepts them. */
public final class DistributionModel {
    private static final String REPOSITORY = "repository";
    private static final String VERSION = "repository_version";
    private static final String GUARD = "content_guard";

    /**
     * A distribution as shown to one client.
     *
     * @param host by which the client reaches this registry
     */
    public record Shown(Distribution distribution, String host) implements Listed {
        @Override
        public ResourceType type() {
            return ResourceType.DISTRIBUTION;
        }

        @Override
        public UUID id() {
            return distribution.id().value();
        }

        @Override
        public Instant created() {
            return distribution.created();
        }

        @Override
        public Instant updated() {
            return distribution.updated();
        }

        DistributionSettings settings() {
            return distribution.settings();
        }

        @Override
        public String name() {
            return settings().name();
        }

        @Override
        public RepositoryName basePath() {
            return settings().basePath();
        }

        @Override
        public boolean hidden() {
            return settings().hidden();
        }

        @Override
        public Labels labels() {
            return settings().labels();
        }

        String namespace() {
            return ResourceType.NAMESPACE.href(
                    NamespaceService.id(Namespace.of(settings().basePath())));
        }

        @Override
        public Optional<UUID> repository() {
            return settings().version().isPresent()
                    ? Optional.empty()
                    : settings().repository().map(RepositoryId::value);
        }

        @Override
        public Optional<VersionHref> version() {
            return settings()
                    .version()
                    .map(number -> new VersionHref(settings().repository().orElseThrow(), number));
        }
    }

    public static final Model<Shown> DISTRIBUTION = DistributionModel.<Shown>describe("container.ContainerDistribution")
            .allows(GUARD, Schema.URI, shown -> null)
            .shows("registry_path", Schema.TEXT, Shown::path)
            .shows("remote", Schema.URI, shown -> null)
            .shows("namespace", Schema.URI, Shown::namespace)
            .allows("private", Schema.BOOLEAN, of(DistributionSettings::restricted))
            .allows("description", Schema.TEXT.filled().orNull(), of(DistributionSettings::description));

    /** Model of a list of all kinds of distributions. */
    static final Model<Listed> GENERIC = DistributionModel.<Listed>describe("Distribution")
            .allows(GUARD, Schema.URI.orNull(), shown -> null)
            .shows("base_url", Schema.TEXT, Listed::path);

    static Listing<Shown> list() {
        return list(DISTRIBUTION)
                .filter(
                        "namespace__name",
                        Schema.TEXT,
                        List.of(Lookup.EXACT),
                        of(settings -> settings.basePath().value().split("/", 2)[0]))
                .orders("private", "description");
    }

    static Listing<Listed> genericList() {
        return TypeFilters.filter(list(GENERIC), Listed::type);
    }

    public static final List<Model<?>> MODELS = List.of(DISTRIBUTION, GENERIC);

    private DistributionModel() {}

    private static <T extends Listed> Model<T> describe(String name) {
        return ResourceModel.<T>model(Listed::type, name, Listed::id, Listed::created, Listed::updated)
                .requires("name", Schema.TEXT.filled(), Listed::name)
                .requires("base_path", Schema.TEXT.filled(), Listed::basePath)
                .allows(
                        REPOSITORY,
                        Schema.URI.orNull(),
                        shown -> shown.repository().map(ResourceType.REPOSITORY::href))
                .allows(VERSION, Schema.URI.orNull(), shown -> shown.version().map(VersionHref::toString))
                .allows("hidden", Schema.BOOLEAN.orElse(false), Listed::hidden)
                .allows("pulp_labels", Schema.LABELS, Listed::labels)
                .shows("content_guard_prn", Schema.TEXT, shown -> null)
                .shows("no_content_change_since", Schema.TEXT, shown -> null);
    }

    private static Function<Shown, Object> of(Function<DistributionSettings, ?> value) {
        return shown -> value.apply(shown.settings());
    }

    private static <T extends Listed> Listing<T> list(Model<T> model) {
        return ResourceModel.labelled(ResourceModel.listing(model, Listed::id), Listed::labels)
                .filter("name", Schema.TEXT, Lookup.NAMES)
                .filter("base_path", Schema.TEXT, List.of(Lookup.EXACT, Lookup.CONTAINS, Lookup.ICONTAINS, Lookup.IN))
                .filter("checkpoint", Schema.BOOLEAN, List.of(Lookup.EXACT), shown -> false)
                .filter(TypeFilters.reference(REPOSITORY, ResourceType.REPOSITORY, Listed::repository))
                .filter(TypeFilters.referenceIn(REPOSITORY, ResourceType.REPOSITORY, Listed::repository))
                .orders("name", "base_path", "hidden")
                .order("checkpoint", shown -> false)
                .sortedBy("-pulp_created");
    }

    /** Settings changed by a body. */
    static DistributionSettings changed(Values body, DistributionSettings before, References references) {
        if (body.text(GUARD, Optional.empty()).isPresent()) {
            throw Problem.field(GUARD, "there are no content guards here; 'private' says who may pull");
        }
        Optional<RepositoryId> repository = body.text(REPOSITORY, Optional.empty())
                .map(href -> references.repository(REPOSITORY, href).id());
        Optional<VersionHref> version =
                body.text(VERSION, Optional.empty()).map(href -> references.version(VERSION, href));
        if (repository.isPresent() && version.isPresent()) {
            throw Problem.body("a distribution serves a repository or a version, not both");
        }
        Optional<RepositoryId> served = before.repository();
        Optional<Long> pinned = before.version();
        if (repository.isPresent() || (body.has(REPOSITORY) && pinned.isEmpty())) {
            served = repository;
            pinned = Optional.empty();
        }
        if (version.isPresent()) {
            served = version.map(VersionHref::repository);
            pinned = version.map(VersionHref::number);
        } else if (body.has(VERSION) && pinned.isPresent()) {
            served = Optional.empty();
            pinned = Optional.empty();
        }
        return new DistributionSettings(
                body.text("name", before.name()),
                body.has("base_path") ? basePath(body.text("base_path")) : before.basePath(),
                served,
                pinned,
                body.bool("private", before.restricted()),
                body.bool("hidden", before.hidden()),
                LabelActions.labels(body, before.labels()),
                body.text("description", before.description()),
                before.through());
    }

    static DistributionSettings created(Values body, References references, NewNames newNames) {
        var empty = new DistributionSettings(
                body.text("name"),
                basePath(body.text("base_path")),
                Optional.empty(),
                Optional.empty(),
                newNames.restricted(),
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty());
        return changed(body, empty, references);
    }

    static RepositoryName basePath(String text) {
        try {
            return new RepositoryName(text);
        } catch (NameInvalid e) {
            throw Problem.field("base_path", e.getMessage());
        }
    }
}
