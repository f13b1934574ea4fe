package dev.lading.management.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.importer.Importer.Settings;
import dev.lading.management.api.Body;
import dev.lading.management.api.Json;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.FewAtOnce;
import dev.lading.management.resource.Responses;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.operation.imports.BundleImports;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code import-check/}: what an importer would say to a bundle, of which the beginning alone is read. */
@Path(ApiPath.ROOT)
@Needs(Permission.ADMINISTRATION)
public class ImportCheckResource {
    /** What is said of one field. */
    record Evaluation(String context, List<String> messages) {
        boolean isValid() {
            return messages.isEmpty();
        }
    }

    /** What is said of each field of a body. */
    record Checked(Optional<Evaluation> toc, Optional<Evaluation> path, Optional<Evaluation> mapping) {}

    private static final Model<Evaluation> EVALUATION = new Model<Evaluation>("Evaluation")
            .tells("context", Schema.TEXT, Evaluation::context)
            .tells("is_valid", Schema.BOOLEAN, Evaluation::isValid)
            .tells("messages", Schema.listOf(Schema.TEXT), Evaluation::messages);

    private static final Model<Checked> CHECK = new Model<Checked>("PulpImportCheck")
            .answers(ImporterModel.TOC, Schema.TEXT.filled(), EVALUATION.schema(), each -> shown(each.toc()))
            .answers(ImporterModel.PATH, Schema.TEXT.filled(), EVALUATION.schema(), each -> shown(each.path()))
            .answers(
                    ImporterModel.REPO_MAPPING,
                    Schema.TEXT.filled(),
                    EVALUATION.schema(),
                    each -> shown(each.mapping()));

    private static final Settings UNMAPPED = new Settings("check", Map.of(), false, false, false);

    public static final List<Model<?>> MODELS = List.of(EVALUATION, CHECK);

    /** Limit on checks at once: each holds the list of a bundle's files. */
    private static final int AT_ONCE = 2;

    private final BundleImports imports;
    private final FewAtOnce room = new FewAtOnce(AT_ONCE, "bundles are checked already; try again when one is");

    public ImportCheckResource(BundleImports imports) {
        this.imports = imports;
    }

    private static Optional<?> shown(Optional<Evaluation> evaluation) {
        return evaluation.map(each -> EVALUATION.renderAll(List.of(each)).getFirst());
    }

    @POST
    @Path("importers/core/pulp/import-check")
    @Operation(
            id = "pulp_import_check_post",
            summary = "Check by the beginning of a bundle whether it would be imported",
            body = "PulpImportCheck",
            answers = "200 PulpImportCheckResponse")
    public Response check(@Context RoutingContext request) throws IOException {
        Values values = Body.read(CHECK, request, false);
        Optional<String> toc = values.text(ImporterModel.TOC, Optional.empty());
        Optional<String> path = values.text(ImporterModel.PATH, Optional.empty());
        Optional<String> mapping = values.text(ImporterModel.REPO_MAPPING, Optional.empty());
        if (toc.isEmpty() && path.isEmpty() && mapping.isEmpty()) {
            throw Problem.body("name a path, or a repo_mapping");
        }
        Optional<Evaluation> mapped = mapping.map(ImportCheckResource::mapped);
        Settings how = mapped.filter(Evaluation::isValid).isPresent() ? settings(mapping.get()) : UNMAPPED;
        return Responses.ok(
                CHECK,
                new Checked(
                        toc.map(each -> new Evaluation(each, List.of("a bundle has no table of contents"))),
                        path.map(each -> evaluated(each, how)),
                        mapped));
    }

    private static Evaluation mapped(String json) {
        try {
            var _ = settings(json);
            return new Evaluation(json, List.of());
        } catch (Problem e) {
            return new Evaluation(json, List.of(e.sentence()));
        } catch (FieldInvalid e) {
            return new Evaluation(json, List.of(e.getMessage()));
        } catch (UncheckedIOException e) {
            return new Evaluation(json, List.of("this is no JSON"));
        }
    }

    private static Settings settings(String mapping) {
        ObjectNode body = Json.object();
        body.set(ImporterModel.REPO_MAPPING, Model.raw(mapping));
        return ImporterModel.changed(ImporterModel.IMPORTER.read(body, true), UNMAPPED);
    }

    private Evaluation evaluated(String path, Settings how) {
        try {
            var _ = room.run(() -> imports.check(path, how));
            return new Evaluation(path, List.of());
        } catch (FieldInvalid e) {
            return new Evaluation(path, List.of(e.getMessage()));
        } catch (IOException e) {
            return new Evaluation(path, List.of("it cannot be read: " + e.getMessage()));
        }
    }
}
