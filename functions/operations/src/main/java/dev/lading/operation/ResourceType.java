package dev.lading.operation;

import dev.lading.history.RepositoryKind;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A type of resource in Pulp's API, which determines hrefs and resource names.
 *
 * @param path of its list, without the API's root
 * @param label in resource names
 */
public record ResourceType(String path, String label) {
    /** Root path of Pulp's API. */
    public static final String ROOT = "/pulp/api/v3";

    public static final ResourceType TASK = new ResourceType("tasks", "core.task");
    public static final ResourceType REMOTE =
            new ResourceType("remotes/container/container", "container.containerremote");
    public static final ResourceType REPOSITORY =
            new ResourceType("repositories/container/container", "container.containerrepository");
    public static final ResourceType FILE_REPOSITORY =
            new ResourceType("repositories/file/file", "file.filerepository");
    public static final ResourceType FILE = new ResourceType("content/file/files", "file.filecontent");
    public static final ResourceType DISTRIBUTION =
            new ResourceType("distributions/container/container", "container.containerdistribution");

    public static final ResourceType PULL_THROUGH_REMOTE =
            new ResourceType("remotes/container/pull-through", "container.containerpullthroughremote");
    public static final ResourceType PULL_THROUGH =
            new ResourceType("distributions/container/pull-through", "container.containerpullthroughdistribution");

    public static final ResourceType NAMESPACE =
            new ResourceType("pulp_container/namespaces", "container.containernamespace");
    public static final ResourceType ROLE = new ResourceType("roles", "core.role");

    public static final ResourceType TAG = new ResourceType("content/container/tags", "container.tag");
    public static final ResourceType MANIFEST = new ResourceType("content/container/manifests", "container.manifest");
    public static final ResourceType BLOB = new ResourceType("content/container/blobs", "container.blob");
    public static final ResourceType SIGNATURE =
            new ResourceType("content/container/signatures", "container.manifestsignature");

    public static final ResourceType EXPORTER = new ResourceType("exporters/core/pulp", "core.pulpexporter");

    public static final ResourceType IMPORTER = new ResourceType("importers/core/pulp", "core.pulpimporter");
    public static final ResourceType TASK_GROUP = new ResourceType("task-groups", "core.taskgroup");

    public static final ResourceType ARTIFACT = new ResourceType("artifacts", "core.artifact");

    private static final List<ResourceType> ALL = List.of(
            ARTIFACT,
            EXPORTER,
            IMPORTER,
            TASK_GROUP,
            TASK,
            REMOTE,
            PULL_THROUGH_REMOTE,
            REPOSITORY,
            FILE_REPOSITORY,
            FILE,
            DISTRIBUTION,
            PULL_THROUGH,
            NAMESPACE,
            ROLE,
            TAG,
            MANIFEST,
            BLOB,
            SIGNATURE);

    /** The type of a repository. */
    public static ResourceType of(RepositoryKind kind) {
        return kind == RepositoryKind.FILE ? FILE_REPOSITORY : REPOSITORY;
    }

    public String href(UUID id) {
        return ROOT + "/" + path + "/" + id + "/";
    }

    /** The href of an exporter's bundle. */
    public static String exportHref(UUID exporter, UUID export) {
        return EXPORTER.href(exporter) + "exports/" + export + "/";
    }

    /** The href of what an importer took. */
    public static String importHref(UUID importer, UUID imported) {
        return IMPORTER.href(importer) + "imports/" + imported + "/";
    }

    public String prn(UUID id) {
        return "prn:" + label + ":" + id;
    }

    /** The id in an href or resource name of this type. */
    public Optional<UUID> id(String reference) {
        String prefix = reference.startsWith("prn:") ? prn("") : ROOT + "/" + path + "/";
        String rest = reference.endsWith("/") ? reference.substring(0, reference.length() - 1) : reference;
        return rest.startsWith(prefix) ? uuid(rest.substring(prefix.length())) : Optional.empty();
    }

    private String prn(String id) {
        return "prn:" + label + ":" + id;
    }

    /** A text as an id, spelled as Java spells it. */
    public static Optional<UUID> uuid(String text) {
        try {
            // UUID.fromString takes groups of any length.
            UUID id = UUID.fromString(text);
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The resource name for an href of any type; other text is returned unchanged. */
    public static String prnOf(String reference) {
        return ALL.stream()
                .flatMap(kind -> kind.id(reference).map(kind::prn).stream())
                .findFirst()
                .or(() -> VersionHref.parse(reference).map(VersionHref::prn))
                .or(() -> VersionHref.parse(FILE_REPOSITORY, reference).map(VersionHref::prn))
                .orElse(reference);
    }
}
