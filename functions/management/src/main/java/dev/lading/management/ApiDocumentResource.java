package dev.lading.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.account.DistributionRoleResource;
import dev.lading.management.account.FileRepositoryRoleResource;
import dev.lading.management.account.GroupModel;
import dev.lading.management.account.GroupResource;
import dev.lading.management.account.GroupRoleResource;
import dev.lading.management.account.LoginResource;
import dev.lading.management.account.NamespaceResource;
import dev.lading.management.account.ObjectRoles;
import dev.lading.management.account.PullThroughRemoteRoleResource;
import dev.lading.management.account.PullThroughRoleResource;
import dev.lading.management.account.RemoteRoleResource;
import dev.lading.management.account.RepositoryRoleResource;
import dev.lading.management.account.RobotModel;
import dev.lading.management.account.RobotResource;
import dev.lading.management.account.RoleResource;
import dev.lading.management.account.UserModel;
import dev.lading.management.account.UserResource;
import dev.lading.management.account.UserRoleResource;
import dev.lading.management.api.ApiDocument;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Model;
import dev.lading.management.content.ArtifactModel;
import dev.lading.management.content.ArtifactResource;
import dev.lading.management.content.ContentLists;
import dev.lading.management.content.ContentModel;
import dev.lading.management.content.ContentResource;
import dev.lading.management.distribution.DistributionLists;
import dev.lading.management.distribution.DistributionModel;
import dev.lading.management.distribution.DistributionResource;
import dev.lading.management.distribution.PullThroughModel;
import dev.lading.management.distribution.PullThroughResource;
import dev.lading.management.export.ExportResource;
import dev.lading.management.export.ExporterModel;
import dev.lading.management.export.ExporterResource;
import dev.lading.management.file.FileContentResource;
import dev.lading.management.file.FileLists;
import dev.lading.management.file.FileRepositoryResource;
import dev.lading.management.file.FileVersionResource;
import dev.lading.management.imports.ImportCheckResource;
import dev.lading.management.imports.ImportResource;
import dev.lading.management.imports.ImporterModel;
import dev.lading.management.imports.ImporterResource;
import dev.lading.management.imports.ReceiptResource;
import dev.lading.management.imports.TrustedKeyResource;
import dev.lading.management.remote.PullThroughFiguresResource;
import dev.lading.management.remote.PullThroughRemoteResource;
import dev.lading.management.remote.RemoteModel;
import dev.lading.management.remote.RemoteResource;
import dev.lading.management.repository.ActionResource;
import dev.lading.management.repository.BuildResource;
import dev.lading.management.repository.DeclareResource;
import dev.lading.management.repository.DifferenceModel;
import dev.lading.management.repository.OrphanResource;
import dev.lading.management.repository.ReclaimResource;
import dev.lading.management.repository.RepairResource;
import dev.lading.management.repository.RepositoryLists;
import dev.lading.management.repository.RepositoryModel;
import dev.lading.management.repository.RepositoryResource;
import dev.lading.management.repository.SyncResource;
import dev.lading.management.repository.VersionModel;
import dev.lading.management.repository.VersionResource;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.Memo;
import dev.lading.management.resource.Responses;
import dev.lading.management.status.StatusResource;
import dev.lading.management.task.TaskGroupModel;
import dev.lading.management.task.TaskGroupResource;
import dev.lading.management.task.TaskLogResource;
import dev.lading.management.task.TaskModel;
import dev.lading.management.task.TaskResource;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/api.json}: the OpenAPI document of all resources here. */
@Path(ApiPath.ROOT)
@Needs(Permission.NONE)
public class ApiDocumentResource {
    static final List<Class<?>> RESOURCES = List.of(
            StatusResource.class,
            TaskResource.class,
            TaskGroupResource.class,
            RemoteResource.class,
            PullThroughRemoteResource.class,
            PullThroughFiguresResource.class,
            RepositoryResource.class,
            ActionResource.class,
            DeclareResource.class,
            BuildResource.class,
            TaskLogResource.class,
            SyncResource.class,
            VersionResource.class,
            FileRepositoryResource.class,
            FileVersionResource.class,
            FileContentResource.class,
            ContentResource.class,
            ArtifactResource.class,
            DistributionResource.class,
            PullThroughResource.class,
            OrphanResource.class,
            RepairResource.class,
            ReclaimResource.class,
            ExportResource.class,
            ImportResource.class,
            ImporterResource.class,
            ImportCheckResource.class,
            TrustedKeyResource.class,
            ReceiptResource.class,
            ExporterResource.class,
            UserResource.class,
            UserRoleResource.class,
            GroupResource.class,
            GroupRoleResource.class,
            RobotResource.class,
            LoginResource.class,
            RoleResource.class,
            AccessPolicyResource.class,
            AuditResource.class,
            TokenKeyResource.class,
            NamespaceResource.class,
            DistributionRoleResource.class,
            PullThroughRoleResource.class,
            PullThroughRemoteRoleResource.class,
            RepositoryRoleResource.class,
            FileRepositoryRoleResource.class,
            RemoteRoleResource.class);

    private static final List<List<Model<?>>> MODELS = List.of(
            StatusResource.MODELS,
            TaskModel.MODELS,
            TaskGroupModel.MODELS,
            RemoteModel.MODELS,
            List.of(PullThroughFiguresResource.MODEL),
            List.of(RepositoryModel.GENERIC),
            ActionResource.MODELS,
            SyncResource.MODELS,
            DifferenceModel.MODELS,
            DeclareResource.MODELS,
            BuildResource.MODELS,
            FileRepositoryResource.MODELS,
            VersionModel.MODELS,
            ContentModel.MODELS,
            ArtifactModel.MODELS,
            DistributionModel.MODELS,
            PullThroughModel.MODELS,
            OrphanResource.MODELS,
            ReclaimResource.MODELS,
            ExportResource.MODELS,
            ImportResource.MODELS,
            ImporterModel.MODELS,
            ImportCheckResource.MODELS,
            ReceiptResource.MODELS,
            ExporterModel.MODELS,
            LabelActions.MODELS,
            UserModel.MODELS,
            UserRoleResource.MODELS,
            GroupModel.MODELS,
            GroupRoleResource.MODELS,
            RobotModel.MODELS,
            LoginResource.MODELS,
            RoleResource.MODELS,
            List.of(AccessPolicyResource.MODEL, AuditResource.MODEL, TokenKeyResource.MODEL),
            NamespaceResource.MODELS,
            ObjectRoles.MODELS);

    private final Supplier<ObjectNode> document;

    public ApiDocumentResource(
            RepositoryLists repositories, DistributionLists distributions, ContentLists content, FileLists files) {
        document = new Memo<>(() -> new ApiDocument(
                        RESOURCES,
                        Stream.concat(
                                        MODELS.stream().flatMap(List::stream),
                                        Stream.of(
                                                repositories.repositories.model(),
                                                files.repositories.model(),
                                                files.files.model()))
                                .collect(Collectors.toUnmodifiableMap(Model::name, Function.identity())),
                        byOperation(repositories, distributions, content, files),
                        StatusResource.versions())
                .json());
    }

    /** Lists by the operation id of their list operation. */
    private static Map<String, Listing<?>> byOperation(
            RepositoryLists repositories, DistributionLists distributions, ContentLists content, FileLists files) {
        return Map.ofEntries(
                Map.entry("users_list", UserModel.LIST),
                Map.entry("users_roles_list", UserRoleResource.GRANTS),
                Map.entry("groups_list", GroupModel.LIST),
                Map.entry("groups_users_list", GroupModel.MEMBERS),
                Map.entry("groups_roles_list", GroupRoleResource.GRANTS),
                Map.entry("robots_list", RobotModel.LIST),
                Map.entry("roles_list", RoleResource.ROLES),
                Map.entry("access_policies_list", AccessPolicyResource.LIST),
                Map.entry("audit_list", AuditResource.LIST),
                Map.entry("token_keys_list", TokenKeyResource.LIST),
                Map.entry("trusted_keys_list", TrustedKeyResource.LIST),
                Map.entry("pulp_container_namespaces_list", NamespaceResource.NAMESPACES),
                Map.entry("exporters_core_pulp_list", ExporterModel.LIST),
                Map.entry("exporters_core_pulp_exports_list", ExporterModel.EXPORTS),
                Map.entry("importers_core_pulp_list", ImporterModel.LIST),
                Map.entry("importers_core_pulp_imports_list", ImporterModel.IMPORTS),
                Map.entry("tasks_list", TaskModel.LIST),
                Map.entry("task_groups_list", TaskGroupModel.LIST),
                Map.entry("remotes_list", RemoteModel.GENERIC_LIST),
                Map.entry("remotes_container_container_list", RemoteModel.LIST),
                Map.entry("remotes_container_pull_through_list", RemoteModel.PULL_THROUGH_LIST),
                Map.entry("distributions_container_pull_through_list", PullThroughModel.LIST),
                Map.entry("repositories_list", repositories.allRepositories),
                Map.entry("repositories_container_container_list", repositories.repositories),
                Map.entry("repositories_container_container_push_list", repositories.repositories),
                Map.entry("repositories_container_container_versions_list", repositories.versions),
                Map.entry("repositories_container_container_diff", DifferenceModel.LIST),
                Map.entry("repository_versions_list", repositories.versions),
                Map.entry("repositories_file_file_list", files.repositories),
                Map.entry("repositories_file_file_versions_list", files.versions),
                Map.entry("content_file_files_list", files.files),
                Map.entry("distributions_list", distributions.allDistributions),
                Map.entry("distributions_container_container_list", distributions.distributions),
                Map.entry("artifacts_list", content.artifacts),
                Map.entry("content_list", content.anyContent),
                Map.entry("content_container_tags_list", content.tags),
                Map.entry("content_container_manifests_list", content.manifests),
                Map.entry("content_container_blobs_list", content.blobs),
                Map.entry("content_container_signatures_list", content.signatures));
    }

    @GET
    @Path("docs/api.json")
    public Response get() {
        return Responses.ok(document.get());
    }
}
