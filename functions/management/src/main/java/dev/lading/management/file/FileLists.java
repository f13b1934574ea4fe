package dev.lading.management.file;

import dev.lading.blob.BlobRecord;
import dev.lading.content.ArtifactService;
import dev.lading.content.ContentService;
import dev.lading.file.FileRepositories;
import dev.lading.file.RelativePath;
import dev.lading.file.StoredFile;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.repository.RepositoryModel;
import dev.lading.management.repository.VersionModel;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.ResourceModel;
import dev.lading.operation.ResourceType;
import dev.lading.operation.VersionHref;
import dev.lading.repository.VersionService;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Lists of repositories of files, of their versions and of files. */
@Singleton
public final class FileLists {
    static final String FILE = "file";
    static final String ARTIFACT = "artifact";
    static final String REPOSITORY = "repository";
    static final String IN_VERSION = "repository_version";
    static final String ADDED = "repository_version_added";
    static final String REMOVED = "repository_version_removed";

    private static final List<String> UNKNOWN = List.of("md5", "sha1", "sha224", "sha384", "sha512");

    private final ContentService content;
    private final VersionService versionService;
    private final FileRepositories repositoryFiles;

    public final Listing<Repository> repositories =
            RepositoryModel.list(RepositoryModel.describe("file.FileRepository"));
    public final Listing<RepositoryVersion> versions =
            VersionModel.list(VersionModel.describe(ResourceType.FILE_REPOSITORY, this::summary));
    public final Listing<StoredFile> files = files();

    public FileLists(ContentService content, VersionService versionService, FileRepositories repositoryFiles) {
        this.content = content;
        this.versionService = versionService;
        this.repositoryFiles = repositoryFiles;
    }

    private Listing<StoredFile> files() {
        Model<StoredFile> model = ResourceModel.<StoredFile>model(
                        ResourceType.FILE, "file.FileContent", StoredFile::id, this::created, this::created)
                .allows(ARTIFACT, Schema.URI, this::artifact)
                .requires(
                        RelativePath.FIELD,
                        Schema.TEXT.filled(),
                        file -> file.path().value())
                .needs(FILE, Schema.FILE)
                .needs(REPOSITORY, Schema.URI)
                .shows("size", Schema.INTEGER, StoredFile::sizeBytes);
        UNKNOWN.forEach(algorithm -> model.shows(algorithm, Schema.TEXT.orNull(), file -> null));
        model.shows("sha256", Schema.TEXT, file -> file.digest().hex());
        return ResourceModel.listing(model, StoredFile::id)
                .filter(RelativePath.FIELD, Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
                .filter("sha256", Schema.TEXT, List.of(Lookup.EXACT))
                .ignores(IN_VERSION, Schema.TEXT)
                .ignores(ADDED, Schema.TEXT)
                .ignores(REMOVED, Schema.TEXT)
                .orders(RelativePath.FIELD, "sha256", "size")
                .sortedBy(RelativePath.FIELD);
    }

    private Instant created(StoredFile file) {
        return bytes(file).map(BlobRecord::created).orElse(Instant.EPOCH);
    }

    private Optional<String> artifact(StoredFile file) {
        return bytes(file).map(stored -> ResourceType.ARTIFACT.href(ArtifactService.id(stored)));
    }

    private Optional<BlobRecord> bytes(StoredFile file) {
        return content.blob(file.digest());
    }

    Set<StoredFile> in(RepositoryVersion version) {
        return Set.copyOf(repositoryFiles
                .files(versionService.view(version.repository(), version.version()))
                .files()
                .values());
    }

    Set<StoredFile> addedBy(RepositoryVersion version) {
        return without(in(version), before(version));
    }

    Set<StoredFile> removedBy(RepositoryVersion version) {
        return without(before(version), in(version));
    }

    private Set<StoredFile> before(RepositoryVersion version) {
        return versionService
                .before(version.repository(), version.version())
                .map(this::in)
                .orElse(Set.of());
    }

    private static Set<StoredFile> without(Set<StoredFile> files, Set<StoredFile> others) {
        return files.stream().filter(file -> !others.contains(file)).collect(Collectors.toUnmodifiableSet());
    }

    private Map<String, Object> summary(RepositoryVersion version) {
        Set<StoredFile> now = in(version);
        Set<StoredFile> before = before(version);
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("added", counted(version, ADDED, without(now, before)));
        summary.put("removed", counted(version, REMOVED, without(before, now)));
        summary.put("present", counted(version, IN_VERSION, now));
        return summary;
    }

    private static Map<String, Object> counted(RepositoryVersion version, String filter, Set<StoredFile> files) {
        var href = new VersionHref(ResourceType.FILE_REPOSITORY, version.repository(), version.version());
        String list = ApiPath.ROOT + "/" + ResourceType.FILE.path() + "/?" + filter + "=" + href;
        return files.isEmpty() ? Map.of() : Map.of("file.file", Map.of("count", files.size(), "href", list));
    }
}
