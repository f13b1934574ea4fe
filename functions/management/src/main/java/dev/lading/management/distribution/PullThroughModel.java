package dev.lading.management.distribution;

import dev.lading.distribution.Eviction;
import dev.lading.distribution.MadeThrough;
import dev.lading.distribution.NewNames;
import dev.lading.distribution.PullThroughDistribution;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughSettings;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.TypeFilters;
import dev.lading.metadata.Labels;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.ResourceType;
import dev.lading.remote.RemoteId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Pull-through distributions as the API shows and accepts them. */
public final class PullThroughModel {
    static final String REMOTE = "remote";
    static final String OTHER_UPSTREAM = "other_upstream";
    private static final String RETAIN = "retain_repo_versions";
    private static final String EVICT_AFTER = "evict_after_days";
    private static final String MAX_BYTES = "max_bytes";
    private static final String EVICT_GONE = "evict_gone";
    private static final String KEEP = "keep";
    private static final String HIDE = "hide";

    /** Limit on the distributions that one answer names. */
    private static final int MOST_SHOWN = 10_000;

    /** @param made names what its pulls made */
    public record Shown(PullThroughDistribution distribution, PullThroughService made) {
        UUID id() {
            return distribution.id().value();
        }

        Instant created() {
            return distribution.created();
        }

        Instant updated() {
            return distribution.updated();
        }

        PullThroughSettings settings() {
            return distribution.settings();
        }

        String namespace() {
            return ResourceType.NAMESPACE.href(
                    NamespaceService.id(Namespace.of(settings().basePath())));
        }

        List<String> hrefs() {
            return made.made(id())
                    .limit(MOST_SHOWN)
                    .map(MadeThrough::distribution)
                    .map(each -> ResourceType.DISTRIBUTION.href(each.value()))
                    .toList();
        }
    }

    public static final Model<Shown> PULL_THROUGH = ResourceModel.<Shown>model(
                    ResourceType.PULL_THROUGH,
                    "container.ContainerPullThroughDistribution",
                    Shown::id,
                    Shown::created,
                    Shown::updated)
            .requires("name", Schema.TEXT.filled(), of(PullThroughSettings::name))
            .requires("base_path", Schema.TEXT.filled(), of(PullThroughSettings::basePath))
            .requires(
                    REMOTE,
                    Schema.URI,
                    shown -> ResourceType.PULL_THROUGH_REMOTE.href(
                            shown.settings().remote().value()))
            .allows("repository", Schema.URI.orNull(), shown -> null)
            .allows("repository_version", Schema.URI.orNull(), shown -> null)
            .allows("content_guard", Schema.URI, shown -> null)
            .allows("hidden", Schema.BOOLEAN.orElse(false), of(PullThroughSettings::hidden))
            .allows("pulp_labels", Schema.LABELS, of(PullThroughSettings::labels))
            .allows("private", Schema.BOOLEAN, of(PullThroughSettings::restricted))
            .allows("description", Schema.TEXT.filled().orNull(), of(PullThroughSettings::description))
            .allows("distributions", Schema.listOf(Schema.URI), Shown::hrefs)
            .shows("namespace", Schema.URI, Shown::namespace)
            .shows("content_guard_prn", Schema.TEXT, shown -> null)
            .shows("no_content_change_since", Schema.TEXT, shown -> null)
            .allows(
                    RETAIN,
                    Schema.INTEGER
                            .orNull()
                            .from(1)
                            .described(
                                    "Lading's own: versions that each repository pulled through it keeps; null: all"),
                    of(PullThroughSettings::retainVersions))
            .allows(
                    "freshness",
                    Schema.INTEGER
                            .orElse(PullThroughSettings.DEFAULT_FRESHNESS)
                            .from(0)
                            .described(
                                    "Lading's own: seconds in which a tag is not asked for again; 0: every pull asks"),
                    of(PullThroughSettings::freshnessSeconds))
            .allows(
                    "gone",
                    Schema.oneOf(List.of(KEEP, HIDE))
                            .orElse(KEEP)
                            .described("Lading's own: whether a tag that the upstream no longer has is still served"),
                    of(settings -> settings.hidesGone() ? HIDE : KEEP))
            .allows(
                    "anonymous_fetch",
                    Schema.BOOLEAN
                            .orElse(false)
                            .described("Lading's own: whether everybody may have new content fetched"),
                    of(PullThroughSettings::anonymousFetch))
            .allows(
                    EVICT_AFTER,
                    Schema.INTEGER
                            .orNull()
                            .from(1)
                            .described("Lading's own: days after its last pull when an image's bytes are given back, to"
                                    + " be fetched again; null: never"),
                    of(settings -> settings.eviction().afterDays()))
            .allows(
                    MAX_BYTES,
                    Schema.INTEGER
                            .orNull()
                            .from(0)
                            .described("Lading's own: bytes that only what was pulled through it may hold; beyond them"
                                    + " what was pulled longest ago is given back daily; null: any number"),
                    of(settings -> settings.eviction().maxBytes()))
            .allows(
                    EVICT_GONE,
                    Schema.BOOLEAN
                            .orElse(false)
                            .described("Lading's own: whether content is given back, too, that the upstream did not"
                                    + " have any more when it was last asked"),
                    of(settings -> settings.eviction().gone()))
            .takes(
                    OTHER_UPSTREAM,
                    Schema.BOOLEAN
                            .orElse(false)
                            .described("Lading's own: whether the remote may change while content of it is held"));

    public static final Listing<Shown> LIST = ResourceModel.labelled(
                    ResourceModel.listing(PULL_THROUGH, Shown::id),
                    shown -> shown.settings().labels())
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .filter("base_path", Schema.TEXT, List.of(Lookup.EXACT, Lookup.CONTAINS, Lookup.ICONTAINS, Lookup.IN))
            .filter("checkpoint", Schema.BOOLEAN, List.of(Lookup.EXACT), shown -> false)
            // It serves no repository of its own.
            .filter(TypeFilters.reference("repository", ResourceType.REPOSITORY, shown -> Optional.empty()))
            .filter(TypeFilters.referenceIn("repository", ResourceType.REPOSITORY, shown -> Optional.empty()))
            .filter(new Filter<>("with_content", Schema.TEXT, false, values -> shown -> false))
            .orders("name", "base_path", "hidden")
            .order("checkpoint", shown -> false)
            .sortedBy("-pulp_created");

    public static final List<Model<?>> MODELS = List.of(PULL_THROUGH);

    private PullThroughModel() {}

    private static Function<Shown, Object> of(Function<PullThroughSettings, ?> value) {
        return shown -> value.apply(shown.settings());
    }

    /** Settings changed by a body. */
    static PullThroughSettings changed(Values body, PullThroughSettings before, Function<String, RemoteId> remotes) {
        for (String field : List.of("repository", "repository_version", "content_guard")) {
            if (body.text(field, Optional.empty()).isPresent()) {
                throw Problem.field(field, "a pull-through distribution has none; 'private' says who may pull");
            }
        }
        return new PullThroughSettings(
                body.text("name", before.name()),
                body.has("base_path") ? DistributionModel.basePath(body.text("base_path")) : before.basePath(),
                body.has(REMOTE) ? remotes.apply(body.text(REMOTE)) : before.remote(),
                body.bool("private", before.restricted()),
                body.bool("hidden", before.hidden()),
                LabelActions.labels(body, before.labels()),
                body.text("description", before.description()),
                body.integer(RETAIN, before.retainVersions().map(Integer::longValue))
                        .map(number -> (int) Math.min(number, Integer.MAX_VALUE)),
                body.integer("freshness", Optional.of((long) before.freshnessSeconds()))
                        .map(number -> (int) Math.min(number, Integer.MAX_VALUE))
                        .orElse(PullThroughSettings.DEFAULT_FRESHNESS),
                body.text("gone", before.hidesGone() ? HIDE : KEEP).equals(HIDE),
                body.bool("anonymous_fetch", before.anonymousFetch()),
                eviction(body, before.eviction()));
    }

    private static Eviction eviction(Values body, Eviction before) {
        return new Eviction(
                body.integer(EVICT_AFTER, before.afterDays().map(Integer::longValue))
                        .map(number -> (int) Math.min(number, Integer.MAX_VALUE)),
                body.integer(MAX_BYTES, before.maxBytes()),
                body.bool(EVICT_GONE, before.gone()));
    }

    static PullThroughSettings created(Values body, Function<String, RemoteId> remotes, NewNames newNames) {
        RepositoryName basePath = DistributionModel.basePath(body.text("base_path"));
        var empty = new PullThroughSettings(
                body.text("name"),
                basePath,
                remotes.apply(body.text(REMOTE)),
                newNames.restricted(),
                false,
                Labels.NONE,
                Optional.empty(),
                Optional.empty(),
                PullThroughSettings.DEFAULT_FRESHNESS,
                false,
                false,
                Eviction.NONE);
        return changed(body, empty, remotes);
    }
}
