package dev.lading.management;

import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.metadata.Labels;
import dev.lading.repository.Repository;
import dev.lading.repository.RepositorySettings;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Repositories as the API shows and takes them. */
final class RepositoryModel {
    private static final String CHECKPOINTS = "retain_checkpoints";
    private static final String SIGNING = "manifest_signing_service";

    static final Model<Repository> REPOSITORY =
            describe("container.ContainerRepository").allows(SIGNING, Schema.URI.orNull(), repository -> null);

    /** Of a list of all kinds of repositories. */
    static final Model<Repository> GENERIC = describe("Repository");

    static final List<Model<?>> MODELS = List.of(REPOSITORY, GENERIC);

    private RepositoryModel() {}

    private static UUID id(Repository repository) {
        return repository.id().value();
    }

    private static Model<Repository> describe(String name) {
        return Kind.REPOSITORY
                .<Repository>model(name, RepositoryModel::id, Repository::created, Repository::updated)
                .shows("versions_href", Schema.URI, repository -> Kind.REPOSITORY.href(id(repository)) + "versions/")
                .allows("pulp_labels", Schema.LABELS, of(RepositorySettings::labels))
                .shows(
                        "latest_version_href",
                        Schema.URI,
                        repository -> new VersionHref(repository.id(), repository.version()).toString())
                .requires("name", Schema.TEXT.filled(), of(RepositorySettings::name))
                .allows("description", Schema.TEXT.filled().orNull(), of(RepositorySettings::description))
                .allows(
                        "retain_repo_versions",
                        Schema.INTEGER.orNull().from(1).upTo(Integer.MAX_VALUE),
                        of(RepositorySettings::retainVersions))
                .allows(CHECKPOINTS, Schema.INTEGER.orNull().from(1), repository -> null)
                .allows(
                        "remote",
                        Schema.URI.orNull(),
                        of(settings -> settings.remote().map(Kind.REMOTE::href)));
    }

    private static Function<Repository, Object> of(Function<RepositorySettings, ?> value) {
        return repository -> value.apply(repository.settings());
    }

    static Listing<Repository> list(Model<Repository> model) {
        return Kind.labelled(
                        Kind.listing(model, RepositoryModel::id),
                        r -> r.settings().labels())
                .filter("name", Schema.TEXT, Lookup.NAMES)
                .filter("retain_repo_versions", Schema.PLAIN_INTEGER, Lookup.OPTIONAL_NUMBERS)
                .filter(CHECKPOINTS, Schema.PLAIN_INTEGER, Lookup.OPTIONAL_NUMBERS)
                .filter(Types.reference("remote", Kind.REMOTE, r -> r.settings().remote()))
                .orders("name", "description", "retain_repo_versions", CHECKPOINTS)
                .order("next_version", r -> r.last() + 1)
                .order("user_hidden", r -> false)
                .sortedBy("-pulp_created");
    }

    /** Settings with what a body says in place of what was. */
    static RepositorySettings changed(Values body, RepositorySettings before, References references) {
        refuse(body, CHECKPOINTS, "there are no checkpoints here");
        refuse(body, SIGNING, "this registry does not sign");
        Optional<String> remote = body.text("remote", Optional.empty());
        return new RepositorySettings(
                body.text("name", before.name()),
                body.text("description", before.description()),
                LabelResource.labels(body, before.labels()),
                body.integer("retain_repo_versions", before.retainVersions().map(Integer::longValue))
                        .map(Long::intValue),
                body.has("remote") ? remote.map(href -> references.remote("remote", href)) : before.remote());
    }

    static RepositorySettings created(Values body, References references) {
        var empty = new RepositorySettings(
                body.text("name"), Optional.empty(), Labels.NONE, Optional.empty(), Optional.empty());
        return changed(body, empty, references);
    }

    private static void refuse(Values body, String field, String why) {
        if (body.text(field, Optional.empty()).isPresent()
                || body.integer(field, Optional.empty()).isPresent()) {
            throw Problem.field(field, why);
        }
    }
}
