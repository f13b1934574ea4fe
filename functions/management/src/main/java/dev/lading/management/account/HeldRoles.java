package dev.lading.management.account;

import dev.lading.account.PrincipalId;
import dev.lading.grant.Grant;
import dev.lading.grant.GrantService;
import dev.lading.grant.Role;
import dev.lading.grant.RoleService;
import dev.lading.grant.Target;
import dev.lading.management.api.Body;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.Responses;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code roles/} of a user or a group: what they were given, on everything or on one object. */
@Singleton
public class HeldRoles {
    private static final String OBJECT = "content_object";

    private final GrantService grants;
    private final RoleService roles;
    private final Objects objects;
    private final Pages pages;

    public HeldRoles(GrantService grants, RoleService roles, Objects objects, Pages pages) {
        this.grants = grants;
        this.roles = roles;
        this.objects = objects;
        this.pages = pages;
    }

    /**
     * A role that somebody was given.
     *
     * @param role empty: it was deleted meanwhile
     */
    record Held(Grant grant, Optional<Role> role) {}

    private Held held(Grant grant) {
        return new Held(grant, roles.find(grant.role()));
    }

    /**
     * A kind of holders.
     *
     * @param holder the href of one
     */
    record Kind(Model<Held> model, Listing<Held> listing, Function<PrincipalId, String> holder) {
        static Kind of(String schema, String label, Function<PrincipalId, String> holder) {
            Model<Held> model = HeldRoles.model(schema, label, holder);
            return new Kind(model, HeldRoles.listing(model), holder);
        }

        private String href(Grant grant) {
            return HeldRoles.href(holder, grant);
        }
    }

    private static String href(Function<PrincipalId, String> holder, Grant grant) {
        return holder.apply(grant.user()) + "roles/" + grant.id() + "/";
    }

    private static Model<Held> model(String schema, String label, Function<PrincipalId, String> holder) {
        return new Model<Held>(schema)
                .shows("pulp_href", Schema.URI, held -> href(holder, held.grant()))
                .shows(
                        "prn",
                        Schema.TEXT,
                        held -> "prn:" + label + ":" + held.grant().id())
                .shows("pulp_created", Schema.TIME, held -> held.grant().created())
                .shows("pulp_last_updated", Schema.TIME, held -> held.grant().created())
                .requires("role", Schema.TEXT.filled(), held -> held.grant().role())
                .allows(
                        OBJECT,
                        Schema.TEXT.filled().orNull(),
                        held -> Objects.href(held.grant().target()))
                .allows(
                        OBJECT + "_prn",
                        Schema.TEXT.filled().orNull(),
                        held -> Objects.prn(held.grant().target()))
                .shows("description", Schema.TEXT, held -> held.role().map(Role::description))
                .shows(
                        "permissions",
                        Schema.listOf(Schema.TEXT),
                        held -> held.role().map(Role::permissions).orElse(List.of()))
                .allows("domain", Schema.URI.orNull(), held -> null);
    }

    private static Listing<Held> listing(Model<Held> model) {
        return new Listing<>(model)
                .identified()
                .filter(
                        "pulp_id",
                        Schema.UUID,
                        List.of(Lookup.IN),
                        held -> held.grant().id())
                .filter(
                        "role",
                        Schema.TEXT,
                        List.of(Lookup.EXACT, Lookup.IN, Lookup.CONTAINS, Lookup.ICONTAINS, Lookup.STARTSWITH))
                .filter(new Filter<>(OBJECT, Schema.TEXT, false, values -> {
                    // As Pulp's command line asks for those on everything.
                    Optional<String> wanted = Optional.of(values.getFirst()).filter(text -> !text.equals("null"));
                    return held -> Objects.href(held.grant().target()).equals(wanted)
                            || (wanted.isPresent()
                                    && Objects.prn(held.grant().target()).equals(wanted));
                }))
                .filter("domain", Schema.TEXT, List.of(Lookup.EXACT))
                .orders("role", "pulp_created");
    }

    Response list(Kind kind, PrincipalId holder, UriInfo uri) {
        return pages.page(
                kind.listing(), ListingSource.of(() -> grants.givenTo(holder).map(this::held)), uri);
    }

    Response create(Kind kind, PrincipalId holder, RoutingContext request) throws IOException {
        Values body = Body.read(kind.model(), request, false);
        if (!body.has(OBJECT) && !body.has(OBJECT + "_prn")) {
            throw Problem.field(OBJECT, "say the href of an object, or null for everything");
        }
        Target target = body.text(OBJECT, Optional.empty())
                .or(() -> body.text(OBJECT + "_prn", Optional.empty()))
                .map(reference -> objects.target(OBJECT, reference))
                .orElse(Target.EVERYTHING);
        Grant grant = grants.give(holder, body.text("role"), target);
        return Responses.created(kind.href(grant), kind.model(), held(grant));
    }

    Response read(Kind kind, PrincipalId holder, String id, UriInfo uri) {
        return Responses.ok(kind.model(), held(grant(holder, id)), uri);
    }

    private Grant grant(PrincipalId holder, String id) {
        return grants.find(holder, ResourceModel.pathId(id)).orElseThrow(Problem::notFound);
    }

    Response delete(PrincipalId holder, String id) {
        grants.take(grant(holder, id));
        return Response.noContent().build();
    }
}
