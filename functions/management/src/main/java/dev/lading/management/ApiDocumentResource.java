package dev.lading.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.api.ApiDocument;
import dev.lading.management.api.Model;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/api.json}: the OpenAPI document of all resources here. */
@Path(ApiPath.ROOT)
@Needs(Permission.NONE)
public class ApiDocumentResource {
    private static final List<Class<?>> RESOURCES = List.of(
            StatusResource.class,
            TaskResource.class,
            RemoteResource.class,
            RepositoryResource.class,
            ActionResource.class,
            SyncResource.class,
            VersionResource.class,
            ContentResource.class,
            DistributionResource.class,
            OrphanResource.class);

    private static final List<List<Model<?>>> MODELS = List.of(
            StatusResource.MODELS,
            TaskModel.MODELS,
            RemoteModel.MODELS,
            List.of(RepositoryModel.GENERIC),
            ActionResource.MODELS,
            SyncResource.MODELS,
            DifferenceModel.MODELS,
            VersionModel.MODELS,
            ContentModel.MODELS,
            DistributionModel.MODELS,
            OrphanResource.MODELS,
            LabelResource.MODELS);

    private final Supplier<ObjectNode> document;

    public ApiDocumentResource(Lists lists) {
        document = new Once<>(() -> new ApiDocument(
                        RESOURCES,
                        Stream.concat(MODELS.stream().flatMap(List::stream), Stream.of(lists.repositories.model()))
                                .collect(Collectors.toUnmodifiableMap(Model::name, Function.identity())),
                        lists.byOperation(),
                        StatusResource.versions())
                .json());
    }

    @GET
    @Path("docs/api.json")
    public Response get() {
        return Answers.ok(document.get());
    }
}
