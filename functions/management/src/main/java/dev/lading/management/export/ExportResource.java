package dev.lading.management.export;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.Trust;
import dev.lading.bundle.VolumePlan;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import dev.lading.bundle.document.DocumentEntry.Why;
import dev.lading.bundle.document.Receipt;
import dev.lading.export.Export;
import dev.lading.export.ExportRequest;
import dev.lading.export.ExportRequest.Part;
import dev.lading.export.ExportService;
import dev.lading.grant.Rights;
import dev.lading.http.late.AnswerStream;
import dev.lading.http.late.BrokenAnswer;
import dev.lading.management.access.Access;
import dev.lading.management.access.Right;
import dev.lading.management.api.Body;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.FewAtOnce;
import dev.lading.management.resource.References;
import dev.lading.management.resource.Responses;
import dev.lading.operation.ExportSettings;
import dev.lading.signing.BundleKeys;
import dev.lading.signing.PublicKeys;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;

/** Exports that are sent as they are made, and the key that signs them. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class ExportResource {
    private static final String MISSING = "allow_missing";
    private static final String DRY_RUN = "dry_run";
    private static final String VOLUME_SIZE = "volume_size";
    private static final String VOLUME = "volume";
    private static final String BUNDLE = "bundle";
    private static final String RECEIPT = "receipt";
    private static final String RECEIPT_KEYS = "receipt_keys";
    private static final String RECEIPT_UNSIGNED = "receipt_unsigned";
    private static final int MOST_KEYS = 20;
    private static final String TYPE = "application/x-tar";

    /** Limit on exports at once: each reads as fast as the disk, and holds the list of its files. */
    private static final int AT_ONCE = 2;

    private static final int CONFLICT = 409;
    private static final int NOT_HERE = 501;

    private static final Model<Void> EXPORT = new Model<Void>("RepositoriesExport")
            .needs(ExportParts.REPOSITORIES, ExportParts.HREFS)
            .takes(ExportParts.VERSIONS, ExportParts.HREFS)
            .takes(ExportParts.START_VERSIONS, ExportParts.HREFS)
            .takes(
                    MISSING,
                    Schema.BOOLEAN
                            .orElse(false)
                            .described("Whether blobs that are on demand and not here may be missing."))
            .takes(
                    VOLUME_SIZE,
                    Schema.INTEGER
                            .from(1)
                            .described("Bytes that no volume exceeds; absent: the bundle is one archive."))
            .takes(VOLUME, Schema.INTEGER.from(1).described("Which volume is sent."))
            .takes(RECEIPT, Schema.TEXT.described("What the other side holds, as it signed it: only the rest is sent."))
            .takes(RECEIPT_KEYS, Schema.listOf(Schema.TEXT).described("Public keys that may have signed the receipt."))
            .takes(RECEIPT_UNSIGNED, Schema.BOOLEAN.orElse(false).described("Whether nobody need have signed it."))
            .takes(
                    BUNDLE,
                    Schema.TEXT.described("What the bundle was known by before; refused is one that became another."))
            .takes(DRY_RUN, Schema.BOOLEAN.orElse(false).described("Whether to tell only what would be sent."));

    /** @param plan empty: it is one archive */
    private record Summary(Export export, Optional<VolumePlan> plan) {}

    private static final Model<Summary> SUMMARY = new Model<Summary>("ExportSummary")
            .tells(
                    BUNDLE,
                    Schema.TEXT,
                    summary -> summary.export().files().digest().toString())
            .tells(
                    "files",
                    Schema.INTEGER,
                    summary -> summary.export().files().entries().size())
            .tells("bytes", Schema.INTEGER, summary -> summary.export().files().sizeBytes())
            .tells("held_blobs", Schema.INTEGER, summary -> count(summary.export(), Why.BASE))
            .tells("held_bytes", Schema.INTEGER, summary -> heldBytes(summary.export()))
            .tells("missing_blobs", Schema.INTEGER, summary -> count(summary.export(), Why.MISSING))
            .tells(ExportParts.VERSIONS, ExportParts.HREFS, summary -> ExportParts.versions(summary.export()))
            .tells("volumes", Schema.INTEGER.orNull(), summary -> summary.plan().map(VolumePlan::count));

    private static final Model<BundleKeys> KEY = new Model<BundleKeys>("BundleKey")
            .tells("name", Schema.TEXT, keys -> BundleSignature.name(keys.publicKey()))
            .tells("public_key", Schema.TEXT, keys -> PublicKeys.pem(keys.publicKey()));

    public static final List<Model<?>> MODELS = List.of(EXPORT, SUMMARY, KEY);

    private final ExportService exports;
    private final ExportSettings settings;
    private final References references;
    private final FewAtOnce room = new FewAtOnce(AT_ONCE, "exports are made already; try again when one has ended");

    public ExportResource(ExportService exports, ExportSettings settings, References references) {
        this.exports = exports;
        this.settings = settings;
        this.references = references;
    }

    private static long count(Export export, Why why) {
        return export.omitted().filter(each -> each.why() == why).count();
    }

    private static long heldBytes(Export export) {
        return export.omitted()
                .filter(each -> each.why() == Why.BASE)
                .mapToLong(Omitted::sizeBytes)
                .sum();
    }

    @GET
    @Path("bundle_key")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "bundle_key_read",
            summary = "Show the public half of the key that signs exports and attestations",
            answers = "200 BundleKeyResponse")
    public Response key() {
        return Responses.ok(KEY, settings.keys());
    }

    @POST
    @Path("repositories/export")
    @Right(Right.BY_CALLER)
    @Operation(
            id = "repositories_export",
            summary = "Send a signed bundle of repositories, a tar, as it is made; or tell what would be in it",
            body = "RepositoriesExport",
            answers = "200 ExportSummaryResponse")
    public Response export(@Context RoutingContext request) throws IOException {
        Values values = Body.read(EXPORT, request, false);
        Rights rights = Access.rights(request);
        List<Part> parts = ExportParts.of(values, references.by(rights));
        boolean isDryRun = values.bool(DRY_RUN, false);
        if (!isDryRun) {
            requireSending();
        }
        var wanted = new ExportRequest(parts, Optional.empty(), settings.source());
        Receipt held = receipt(values);
        Export export = room.run(() -> exports.prepare(wanted, held, rights::sees));
        Optional<VolumePlan> plan =
                values.integer(VOLUME_SIZE, Optional.empty()).map(size -> plan(export, size));
        if (isDryRun) {
            return Responses.ok(SUMMARY, new Summary(export, plan));
        }
        requireSame(export, values.text(BUNDLE, Optional.empty()));
        if (!values.bool(MISSING, false)) {
            requireAll(export);
        }
        Optional<BundleKey> key = Optional.of(settings.keys().signer());
        Writing writing = values.integer(VOLUME, Optional.empty())
                .map(number -> volume(export, plan, number, key))
                .orElseGet(() -> whole(export, plan, key));
        StreamingOutput sent = _ -> send(export, writing, request);
        return Response.ok(sent, TYPE).build();
    }

    private static Receipt receipt(Values values) {
        Optional<String> text = values.text(RECEIPT, Optional.empty());
        if (text.isEmpty()) {
            return Receipt.nothing();
        }
        List<String> keys = values.texts(RECEIPT_KEYS, List.of());
        boolean unsigned = values.bool(RECEIPT_UNSIGNED, false);
        if (keys.size() > MOST_KEYS || unsigned == !keys.isEmpty()) {
            throw Problem.field(
                    RECEIPT_KEYS,
                    "name 1 to " + MOST_KEYS + " keys that may have signed the receipt, or" + " say by "
                            + RECEIPT_UNSIGNED + " that nobody need have");
        }
        try {
            return Receipt.parse(
                    text.get(), new Trust(keys.stream().map(ExportResource::key).toList(), unsigned));
        } catch (BundleRefused e) {
            throw Problem.field(RECEIPT, String.valueOf(e.getMessage()));
        }
    }

    private static PublicKey key(String text) {
        try {
            return PublicKeys.ofUrlText(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field(RECEIPT_KEYS, "this is no public key of Ed25519 or ECDSA");
        }
    }

    private interface Writing {
        void write(OutputStream out) throws IOException;
    }

    private static VolumePlan plan(Export export, long size) {
        try {
            return VolumePlan.of(export.files(), size);
        } catch (BundleRefused e) {
            throw Problem.field(VOLUME_SIZE, String.valueOf(e.getMessage()));
        }
    }

    private static Writing volume(Export export, Optional<VolumePlan> plan, long number, Optional<BundleKey> key) {
        VolumePlan cut = plan.orElseThrow(() -> Problem.field(VOLUME, "say " + VOLUME_SIZE + ", too"));
        if (number > cut.count()) {
            throw Problem.field(VOLUME, "there are " + cut.count() + " volumes of that size");
        }
        return out -> export.writeVolume(out, key, cut, (int) number);
    }

    private static Writing whole(Export export, Optional<VolumePlan> plan, Optional<BundleKey> key) {
        plan.ifPresent(cut -> {
            throw Problem.field(VOLUME, "say which of the " + cut.count() + " volumes");
        });
        return out -> export.write(out, key, (files, bytes) -> {});
    }

    private static void requireSame(Export export, Optional<String> bundle) {
        if (bundle.filter(each -> !each.equals(export.files().digest().toString()))
                .isPresent()) {
            throw Problem.detail(
                    CONFLICT,
                    "what is exported has changed meanwhile, such as a label, a distribution or a deleted version; the"
                            + " volumes that were made belong to another bundle, so make all of them again");
        }
    }

    /** Sends a bundle; what fails in the middle ends the connection, since else the answer would seem to be whole. */
    private void send(Export export, Writing writing, RoutingContext request) throws IOException {
        try {
            var _ = room.run(() -> {
                try (OutputStream out = AnswerStream.begin(request.response())) {
                    writing.write(out);
                }
                return export;
            });
        } catch (IOException | RuntimeException e) {
            if (request.response().headWritten()) {
                BrokenAnswer.end(request.request());
            }
            throw e;
        }
    }

    private static void requireAll(Export export) {
        export.missing().findFirst().ifPresent(first -> {
            throw Problem.detail(
                    CONFLICT,
                    export.missing().count() + " blobs are on demand and were not fetched yet, the first is "
                            + first.digest() + "; fetch them by a repair of the version, or allow them to be missing");
        });
    }

    private void requireSending() {
        if (!settings.sends()) {
            throw Problem.detail(
                    NOT_HERE, "functions send no bundles; an exporter writes them to S3, as lading export has it do");
        }
    }
}
