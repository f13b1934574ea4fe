package dev.lading.management.imports;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.bundle.BundleRefused;
import dev.lading.history.row.RepositoryId;
import dev.lading.imports.ReceiptService;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.References;
import dev.lading.management.resource.Responses;
import dev.lading.operation.ExportSettings;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Receipts of what was imported, for the other side. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ReceiptResource {
    private static final String REPOSITORIES = "repositories";
    private static final int MAX_NAMED = 1000;
    private static final int NOT_HERE = 501;

    private static final Model<Void> REQUEST =
            new Model<Void>("RepositoriesReceipt").needs(REPOSITORIES, Schema.listOf(Schema.URI));

    private static final Model<String> RECEIPT =
            new Model<String>("Receipt").tells("receipt", Schema.TEXT, text -> text);

    public static final List<Model<?>> MODELS = List.of(REQUEST, RECEIPT);

    private final ReceiptService receipts;
    private final ExportSettings settings;
    private final References references;

    public ReceiptResource(ReceiptService receipts, ExportSettings settings, References references) {
        this.receipts = receipts;
        this.settings = settings;
        this.references = references;
    }

    @POST
    @Path("repositories/receipt")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_receipt",
            summary = "Make a signed receipt of what was imported, against which the other side exports",
            body = "RepositoriesReceipt",
            answers = "200 ReceiptResponse")
    public Response make(@Context RoutingContext request) throws IOException {
        Values values = Body.read(REQUEST, request, false);
        References seen = references.by(Access.rights(request));
        List<String> named = values.texts(REPOSITORIES, List.of());
        if (named.isEmpty() || named.size() > MAX_NAMED) {
            throw Problem.field(REPOSITORIES, "name 1 to " + MAX_NAMED + " repositories");
        }
        List<RepositoryId> imported = named.stream()
                .map(href -> seen.repository(REPOSITORIES, href).id())
                .distinct()
                .toList();
        if (!settings.sends()) {
            throw Problem.detail(
                    NOT_HERE, "functions make no receipts; run a server on the same bucket and table for it");
        }
        try {
            return Responses.ok(
                    RECEIPT,
                    receipts.of(imported).text(Optional.of(settings.keys().signer())));
        } catch (BundleRefused e) {
            throw Problem.field(REPOSITORIES, String.valueOf(e.getMessage()));
        }
    }
}
