package dev.lading.management;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.audit.AuditEntry;
import dev.lading.audit.AuditService;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;

/** {@code audit/}: who changed what, for administrators. Nobody changes it; it is kept for 90 days. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class AuditResource {
    static final Model<AuditEntry> MODEL = new Model<AuditEntry>("AuditEntry")
            .shows("time", Schema.TIME, AuditEntry::at)
            .shows("principal", Schema.TEXT, entry -> entry.actor().principal())
            .shows("credential", Schema.TEXT, entry -> entry.actor().credential())
            .shows("source", Schema.TEXT, entry -> entry.actor().source())
            .shows("action", Schema.TEXT, entry -> entry.actor().action())
            .shows("outcome", Schema.listOf(Schema.TEXT), AuditEntry::outcome)
            .shows("request", Schema.TEXT, entry -> entry.actor().request());

    static final Listing<AuditEntry> LIST = new Listing<>(MODEL)
            .filter("hour", Schema.TEXT, List.of(Lookup.EXACT), AuditEntry::hour)
            .filter(
                    "principal",
                    Schema.TEXT,
                    List.of(Lookup.EXACT),
                    entry -> entry.actor().principal())
            .filter(
                    "action",
                    Schema.TEXT,
                    List.of(Lookup.CONTAINS),
                    entry -> entry.actor().action())
            .filter(
                    "request",
                    Schema.TEXT,
                    List.of(Lookup.EXACT),
                    entry -> entry.actor().request());

    private final AuditService audit;
    private final Pages pages;

    public AuditResource(AuditService audit, Pages pages) {
        this.audit = audit;
        this.pages = pages;
    }

    @GET
    @Path("audit")
    @Operation(
            id = "audit_list",
            summary =
                    "List the changes of an hour (in UTC, as 2026-11-28T13) or of this one and the last, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(LIST, ListingSource.of(audit::latest).by("hour", this::ofHour), uri);
    }

    private Stream<AuditEntry> ofHour(String hour) {
        try {
            return audit.ofHour(AuditEntry.hour(Instant.parse(hour + ":00:00Z")));
        } catch (DateTimeParseException e) {
            throw Problem.field("hour", "an hour is written in UTC, as 2026-11-28T13");
        }
    }
}
