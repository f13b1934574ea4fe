package dev.lading.management;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.management.api.Listing;
import dev.lading.management.api.ListingSource;
import dev.lading.management.api.Model;
import dev.lading.management.api.Operation;
import dev.lading.management.api.Schema;
import dev.lading.management.resource.ApiPath;
import dev.lading.management.resource.Pages;
import dev.lading.management.resource.Responses;
import dev.lading.signing.KeyRotation;
import dev.lading.signing.KeySchedule;
import dev.lading.signing.SigningKey;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code token_keys/}: the keys that sign tokens, for the administrator. The keys themselves are never shown. */
@Path(ApiPath.ROOT)
@Needs(Permission.SIGNED_IN)
public class TokenKeyResource {
    private static final String LIST_PATH = "token_keys";
    private static final String COMING = "coming";
    private static final String SIGNING = "signing";
    private static final String CHECKING = "checking";

    /** A key in its place among the others. */
    public record Shown(SigningKey key, KeySchedule schedule, Instant now) {
        public static Stream<Shown> all(KeySchedule schedule, Instant now) {
            return schedule.alive(now).reversed().stream().map(key -> new Shown(key, schedule, now));
        }

        public Optional<Instant> checkedUntil() {
            return schedule.checkedUntil(key);
        }

        public String state() {
            if (key.equals(schedule.signing(now))) {
                return SIGNING;
            }
            return schedule.coming(now).filter(key::equals).isPresent() ? COMING : CHECKING;
        }
    }

    static final Model<Shown> MODEL = new Model<Shown>("TokenKey")
            .shows(
                    "name",
                    Schema.TEXT.described("That of its secret, and the kid of its tokens."),
                    each -> each.key().name())
            .shows("signs_from", Schema.TIME, each -> each.key().signsFrom())
            .shows(
                    "checks_until",
                    Schema.TIME
                            .orNull()
                            .described("When the last of its tokens ends; null until another key is to follow it."),
                    Shown::checkedUntil)
            .shows("state", Schema.oneOf(List.of(COMING, SIGNING, CHECKING)), Shown::state);

    static final Listing<Shown> LIST = new Listing<>(MODEL);

    private final KeyRotation rotation;
    private final InstantSource clock;
    private final Pages pages;

    public TokenKeyResource(KeyRotation rotation, InstantSource clock, Pages pages) {
        this.rotation = rotation;
        this.clock = clock;
        this.pages = pages;
    }

    @GET
    @Path(LIST_PATH)
    @Operation(
            id = "token_keys_list",
            summary = "List the keys by which tokens are signed and checked, newest first",
            answers = "200")
    public Response list(@Context UriInfo uri) {
        return pages.page(LIST, ListingSource.of(() -> Shown.all(rotation.read(), clock.instant())), uri);
    }

    @POST
    @Path(LIST_PATH)
    @Operation(
            id = "token_keys_rotate",
            summary = "Make a key that signs tokens ten minutes from now; the one before goes on until then",
            answers = "200 TokenKeyResponse")
    public Response rotate() {
        KeySchedule schedule = rotation.rotate();
        Instant now = clock.instant();
        return Responses.ok(MODEL, new Shown(schedule.keys().getLast(), schedule, now));
    }
}
