package dev.lading.management.repository;

import dev.lading.history.RepositoryVersion;
import dev.lading.history.VersionNote;
import dev.lading.history.row.ContentCounts;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Selection;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Repository versions as the API shows them. */
public final class VersionModel {
    private static final Model<RepositoryVersion> SUMMARY = new Model<RepositoryVersion>("ContentSummary")
            .tells("added", Schema.OBJECT, v -> summary(v, v.added(), "repository_version_added"))
            .tells("removed", Schema.OBJECT, v -> summary(v, v.removed(), "repository_version_removed"))
            .tells("present", Schema.OBJECT, v -> summary(v, v.present(), "repository_version"));

    static final String NOTE = "note";

    static final Schema NOTED = Schema.TEXT
            .filled()
            .upToLength(VersionNote.MAX_LENGTH)
            .orNull()
            .described("Lading's own: a line about the version, given once");

    static final Model<RepositoryVersion> VERSION =
            describe(ResourceType.REPOSITORY, v -> SUMMARY.render(v, Selection.ALL));

    static final Model<Void> REPAIR = new Model<Void>("Repair").takes("verify_checksums", Schema.BOOLEAN.orElse(true));

    public static final List<Model<?>> MODELS = List.of(SUMMARY, VERSION, REPAIR);

    private VersionModel() {}

    /**
     * A model of the versions of one type of repository.
     *
     * @param summary how much of what a version holds, and what it added and removed
     */
    public static Model<RepositoryVersion> describe(ResourceType type, Function<RepositoryVersion, ?> summary) {
        return new Model<RepositoryVersion>("RepositoryVersion")
                .shows("pulp_href", Schema.URI, v -> href(type, v).toString())
                .shows("prn", Schema.TEXT, v -> href(type, v).prn())
                .shows("pulp_created", Schema.TIME, RepositoryVersion::created)
                .shows("pulp_last_updated", Schema.TIME, RepositoryVersion::created)
                .shows("number", Schema.INTEGER, RepositoryVersion::version)
                .shows("repository", Schema.URI, v -> type.href(v.repository().value()))
                .shows(
                        "base_version",
                        Schema.URI,
                        v -> v.base().map(number -> new VersionHref(type, v.repository(), number).toString()))
                .shows("content_summary", SUMMARY.schema(), summary)
                .shows("vuln_report", Schema.TEXT, v -> null)
                .shows(
                        "source_created",
                        Schema.TIME.described("Lading's own: when an imported version was made where it comes from"),
                        RepositoryVersion::sourceCreated)
                .allows(NOTE, NOTED, v -> v.note().map(VersionNote::text));
    }

    static Optional<VersionNote> note(Values body) {
        return body.text(NOTE, Optional.empty()).map(VersionNote::new);
    }

    static VersionHref href(RepositoryVersion version) {
        return href(ResourceType.REPOSITORY, version);
    }

    private static VersionHref href(ResourceType type, RepositoryVersion version) {
        return new VersionHref(type, version.repository(), version.version());
    }

    public static Listing<RepositoryVersion> list(Model<RepositoryVersion> model) {
        return new Listing<>(model)
                .identified()
                .filter("number", Schema.PLAIN_INTEGER, Lookup.NUMBERS)
                .filter("pulp_created", Schema.TIME, Lookup.TIMES)
                .orders("number", "pulp_created", "pulp_last_updated")
                .order("pk", v -> href(v).id())
                .order("pulp_id", v -> href(v).id())
                .sortedBy("-pulp_created,-number");
    }

    /** Counts by type of content, without zeros. */
    private static Map<String, Object> summary(RepositoryVersion version, ContentCounts counts, String filter) {
        Map<String, Object> summary = new LinkedHashMap<>();
        add(summary, "container.blob", counts.blobs(), ResourceType.BLOB, filter, version);
        add(summary, "container.manifest", counts.manifests(), ResourceType.MANIFEST, filter, version);
        add(summary, "container.tag", counts.tags(), ResourceType.TAG, filter, version);
        return summary;
    }

    private static void add(
            Map<String, Object> summary,
            String type,
            long count,
            ResourceType kind,
            String filter,
            RepositoryVersion version) {
        if (count > 0) {
            String list = ApiPath.ROOT + "/" + kind.path() + "/?" + filter + "=" + href(version);
            summary.put(type, Map.of("count", count, "href", list));
        }
    }
}
