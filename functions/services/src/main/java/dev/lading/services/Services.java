package dev.lading.services;

import dev.lading.account.AccountService;
import dev.lading.account.GroupService;
import dev.lading.account.RobotService;
import dev.lading.account.UserService;
import dev.lading.audit.Acting;
import dev.lading.audit.AuditService;
import dev.lading.blob.BlobStore;
import dev.lading.build.BuildPasses;
import dev.lading.cleanup.CleanupService;
import dev.lading.cleanup.EvictionService;
import dev.lading.cleanup.HistoryCleanup;
import dev.lading.cleanup.ReclaimService;
import dev.lading.content.ArtifactService;
import dev.lading.content.BlobService;
import dev.lading.content.ContentService;
import dev.lading.content.LastPulls;
import dev.lading.content.ListedBlobs;
import dev.lading.content.ManifestService;
import dev.lading.content.RepairService;
import dev.lading.content.UnitLabels;
import dev.lading.curation.CurationService;
import dev.lading.curation.StagingService;
import dev.lading.declared.DeclaredImages;
import dev.lading.distribution.DistributionService;
import dev.lading.distribution.NewNames;
import dev.lading.distribution.PullThroughService;
import dev.lading.distribution.PullThroughs;
import dev.lading.export.ExportService;
import dev.lading.export.ExporterService;
import dev.lading.file.FileRepositories;
import dev.lading.grant.GrantService;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.RightsService;
import dev.lading.grant.RoleService;
import dev.lading.grant.TargetNames;
import dev.lading.grant.VisibleObjects;
import dev.lading.importer.ImporterService;
import dev.lading.imports.ImportService;
import dev.lading.imports.ReceiptService;
import dev.lading.metadata.MetadataStore;
import dev.lading.overview.TagDifferences;
import dev.lading.overview.TagSummaries;
import dev.lading.overview.Timeline;
import dev.lading.remote.PullThroughCounts;
import dev.lading.remote.RemoteService;
import dev.lading.repository.RepositoryService;
import dev.lading.repository.VersionService;
import dev.lading.secret.Seal;
import dev.lading.signing.TrustedKeys;
import dev.lading.upload.UploadService;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Constructs every service of the model, once, over what a deployment provides: its stores, a seal, and uploads. */
final class Services {
    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    /** Where no requests are answered. */
    @Produces
    @Singleton
    @DefaultBean
    Acting acting() {
        return Acting.NOBODY;
    }

    @Produces
    @Singleton
    AuditService audit(MetadataStore metadata, InstantSource clock) {
        return new AuditService(metadata, clock);
    }

    @Produces
    @Singleton
    NewNames newNames(@ConfigProperty(name = "lading.private-by-default", defaultValue = "false") boolean restricted) {
        return new NewNames(restricted);
    }

    @Produces
    @Singleton
    PullThroughs pullThroughs(MetadataStore metadata, InstantSource clock) {
        return new PullThroughs(metadata, clock);
    }

    @Produces
    @Singleton
    PullThroughService pullThroughService(MetadataStore metadata, PullThroughs known, InstantSource clock) {
        return new PullThroughService(metadata, known, clock);
    }

    @Produces
    @Singleton
    LastPulls lastPulls(MetadataStore metadata, InstantSource clock) {
        return new LastPulls(metadata, clock);
    }

    @Produces
    @Singleton
    PullThroughCounts pullThroughCounts(InstantSource clock) {
        return new PullThroughCounts(clock);
    }

    @Produces
    @Singleton
    RepositoryService repositories(
            MetadataStore metadata, InstantSource clock, NewNames newNames, Acting acting, PullThroughs throughs) {
        return new RepositoryService(metadata, clock, newNames, acting, throughs);
    }

    @Produces
    @Singleton
    DistributionService distributions(MetadataStore metadata, InstantSource clock) {
        return new DistributionService(metadata, clock);
    }

    @Produces
    @Singleton
    UserService users(MetadataStore metadata, InstantSource clock) {
        return new UserService(metadata, clock);
    }

    @Produces
    @Singleton
    GroupService groups(MetadataStore metadata, UserService users, InstantSource clock) {
        return new GroupService(metadata, users, clock);
    }

    @Produces
    @Singleton
    RobotService robots(MetadataStore metadata, InstantSource clock) {
        return new RobotService(metadata, clock);
    }

    @Produces
    @Singleton
    AccountService accounts(
            MetadataStore metadata, UserService users, RobotService robots, GroupService groups, InstantSource clock) {
        return new AccountService(metadata, users, robots, groups, clock);
    }

    @Produces
    @Singleton
    RoleService roles(MetadataStore metadata, InstantSource clock) {
        return new RoleService(metadata, clock);
    }

    @Produces
    @Singleton
    GrantService grants(MetadataStore metadata, AccountService accounts, RoleService roles, InstantSource clock) {
        return new GrantService(metadata, accounts, roles, clock);
    }

    @Produces
    @Singleton
    TargetNames targetNames(MetadataStore metadata, GroupService groups) {
        return new TargetNames(metadata, groups);
    }

    @Produces
    @Singleton
    NamespaceService namespaces(MetadataStore metadata, InstantSource clock) {
        return new NamespaceService(metadata, clock);
    }

    @Produces
    @Singleton
    RightsService rights(
            MetadataStore metadata,
            AccountService accounts,
            GrantService grants,
            NamespaceService namespaces,
            RoleService roles,
            PullThroughs throughs) {
        return new RightsService(metadata, accounts, grants, namespaces, roles, throughs);
    }

    @Produces
    @Singleton
    VisibleObjects visible(
            MetadataStore metadata,
            NamespaceService namespaces,
            DistributionService distributions,
            RepositoryService repositories,
            RemoteService remotes,
            PullThroughService pullThroughs,
            GroupService groups) {
        return new VisibleObjects(metadata, namespaces, distributions, repositories, remotes, pullThroughs, groups);
    }

    @Produces
    @Singleton
    BlobService blobs(MetadataStore metadata, BlobStore blobs, RepositoryService repositories, InstantSource clock) {
        return new BlobService(metadata, blobs, repositories, clock);
    }

    @Produces
    @Singleton
    ListedBlobs listedBlobs(MetadataStore metadata) {
        return new ListedBlobs(metadata);
    }

    @Produces
    @Singleton
    ManifestService manifests(
            BlobStore blobs, RepositoryService repositories, UploadService uploads, InstantSource clock) {
        return new ManifestService(repositories, uploads, blobs, clock);
    }

    @Produces
    @Singleton
    VersionService versions(MetadataStore metadata, RepositoryService repositories) {
        return new VersionService(metadata, repositories);
    }

    @Produces
    @Singleton
    ContentService content(MetadataStore metadata, VersionService versions) {
        return new ContentService(metadata, versions);
    }

    @Produces
    @Singleton
    TagSummaries tagSummaries(MetadataStore metadata) {
        return new TagSummaries(metadata);
    }

    @Produces
    @Singleton
    TagDifferences tagDifferences(MetadataStore metadata) {
        return new TagDifferences(metadata);
    }

    @Produces
    @Singleton
    Timeline timeline(MetadataStore metadata) {
        return new Timeline(metadata);
    }

    @Produces
    @Singleton
    UnitLabels labels(MetadataStore metadata, InstantSource clock) {
        return new UnitLabels(metadata, clock);
    }

    @Produces
    @Singleton
    CurationService curation(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ManifestService manifests,
            InstantSource clock) {
        return new CurationService(metadata, repositories, versions, content, manifests, clock);
    }

    @Produces
    @Singleton
    StagingService stagings(
            MetadataStore metadata,
            ManifestService manifests,
            UploadService uploads,
            CurationService curation,
            InstantSource clock) {
        return new StagingService(metadata, manifests, uploads, curation, clock);
    }

    @Produces
    @Singleton
    DeclaredImages declaredImages(
            VersionService versions, ManifestService manifests, BlobStore blobs, StagingService stagings) {
        return new DeclaredImages(versions, manifests, blobs, stagings);
    }

    @Produces
    @Singleton
    FileRepositories files(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            ContentService content,
            ManifestService manifests,
            BlobStore blobs,
            CurationService curation,
            StagingService stagings) {
        return new FileRepositories(metadata, repositories, versions, content, manifests, blobs, curation, stagings);
    }

    @Produces
    @Singleton
    ExportService exports(
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ManifestService manifests,
            BlobStore blobs) {
        return new ExportService(repositories, versions, distributions, manifests, blobs);
    }

    @Produces
    @Singleton
    ReceiptService receipts(MetadataStore metadata, RepositoryService repositories, InstantSource clock) {
        return new ReceiptService(metadata, repositories, clock);
    }

    @Produces
    @Singleton
    ImportService imports(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            DistributionService distributions,
            ManifestService manifests,
            UploadService uploads,
            BlobStore blobs,
            InstantSource clock) {
        return new ImportService(metadata, repositories, versions, distributions, manifests, uploads, blobs, clock);
    }

    @Produces
    @Singleton
    ImporterService importers(MetadataStore metadata, InstantSource clock) {
        return new ImporterService(metadata, clock);
    }

    @Produces
    @Singleton
    TrustedKeys trustedKeys(MetadataStore metadata, InstantSource clock) {
        return new TrustedKeys(metadata, clock);
    }

    @Produces
    @Singleton
    ExporterService exporters(MetadataStore metadata, InstantSource clock) {
        return new ExporterService(metadata, clock);
    }

    @Produces
    @Singleton
    CleanupService cleanup(
            MetadataStore metadata,
            RepositoryService repositories,
            VersionService versions,
            ManifestService manifests,
            UploadService uploads,
            InstantSource clock) {
        var histories = new HistoryCleanup(
                metadata,
                repositories,
                versions,
                manifest -> manifests.parsed(manifest).named());
        return new CleanupService(metadata, histories, uploads, clock);
    }

    @Produces
    @Singleton
    ReclaimService reclaims(MetadataStore metadata, RemoteService remotes, UploadService uploads, InstantSource clock) {
        return new ReclaimService(metadata, remotes, uploads, clock);
    }

    @Produces
    @Singleton
    EvictionService evictions(
            MetadataStore metadata,
            PullThroughService pullThroughs,
            RemoteService remotes,
            UploadService uploads,
            InstantSource clock) {
        return new EvictionService(metadata, pullThroughs, remotes, uploads, clock);
    }

    @Produces
    @Singleton
    ArtifactService artifacts(MetadataStore metadata) {
        return new ArtifactService(metadata);
    }

    @Produces
    @Singleton
    RepairService repair(MetadataStore metadata, VersionService versions, BlobStore blobs) {
        return new RepairService(metadata, versions, blobs);
    }

    @Produces
    @Singleton
    BuildPasses buildPasses() {
        return new BuildPasses();
    }

    @Produces
    @Singleton
    RemoteService remotes(MetadataStore metadata, Seal seal, InstantSource clock) {
        return new RemoteService(metadata, seal, clock);
    }
}
