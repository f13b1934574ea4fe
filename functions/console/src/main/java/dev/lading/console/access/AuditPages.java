package dev.lading.console.access;

import dev.lading.access.Needs;
import dev.lading.access.Permission;
import dev.lading.account.AccountService;
import dev.lading.account.Principal;
import dev.lading.account.PrincipalId;
import dev.lading.account.Robot;
import dev.lading.account.RobotName;
import dev.lading.account.RobotService;
import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.audit.AuditEntry;
import dev.lading.audit.AuditService;
import dev.lading.console.ConsolePages;
import dev.lading.console.ConsolePath;
import dev.lading.console.Frame;
import dev.lading.grant.VisibleObjects;
import dev.lading.management.access.Access;
import dev.lading.metadata.Page;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code /ui/access/audit/}: who changed what, for the administrator. */
@Path(ConsolePath.ROOT + "/access/audit")
@Needs(Permission.SESSION)
public class AuditPages {
    private static final int IN_PAGE = 50;

    /** Entries of one read, and reads of one page, in which a filter looks for what it lets through. */
    private static final int IN_READ = 200;

    private static final int READS = 4;
    private static final int HOUR = "2026-11-28T13".length();

    private final AuditService audit;
    private final AccountService accounts;
    private final UserService users;
    private final RobotService robots;
    private final VisibleObjects visible;
    private final ConsolePages pages;
    private final InstantSource clock;

    public AuditPages(
            AuditService audit,
            AccountService accounts,
            UserService users,
            RobotService robots,
            VisibleObjects visible,
            ConsolePages pages,
            InstantSource clock) {
        this.audit = audit;
        this.accounts = accounts;
        this.users = users;
        this.robots = robots;
        this.visible = visible;
        this.pages = pages;
        this.clock = clock;
    }

    /** At most nine reads: two by the name in the filter, four of entries, and three of names. */
    @GET
    public Response read(
            @QueryParam("hour") @DefaultValue("") String hour,
            @QueryParam("who") @DefaultValue("") String who,
            @QueryParam("action") @DefaultValue("") String action,
            @QueryParam("after") @DefaultValue("") String after,
            @Context RoutingContext request) {
        Frame page = pages.page(request, Frame.Section.ACCESS, "Audit");
        Instant from = hour(hour);
        Optional<String> behind = Optional.of(after).filter(text -> !text.isEmpty());
        Page<AuditEntry> found = find(AuditEntry.hour(from), behind, filter(who.strip(), action.strip()));
        Instant until = from.plus(1, ChronoUnit.HOURS);
        return pages.answer(new AuditPage(
                page,
                Tabs.of("audit", page, Access.rights(request), visible),
                rows(found.records()),
                AuditEntry.hour(from),
                from,
                until,
                AuditEntry.hour(from.minus(1, ChronoUnit.HOURS)),
                until.isAfter(page.now()) ? "" : AuditEntry.hour(until),
                who.strip(),
                action.strip(),
                found.next().orElse(""),
                behind.isEmpty()));
    }

    /** An hour as links have it, or with the minutes that browsers send besides; of anything else, the hour of now. */
    private Instant hour(String text) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.HOURS);
        if (text.length() < HOUR) {
            return now;
        }
        try {
            Instant asked = Instant.parse(text.substring(0, HOUR) + ":00:00Z");
            return asked.isAfter(now) ? now : asked;
        } catch (DateTimeParseException e) {
            return now;
        }
    }

    private Predicate<AuditEntry> filter(String who, String action) {
        String principal = principal(who);
        String part = action.toLowerCase(Locale.ROOT);
        return entry -> (who.isEmpty() || entry.actor().principal().equals(principal))
                && entry.actor().action().toLowerCase(Locale.ROOT).contains(part);
    }

    /** As entries have somebody, who may be named, too. */
    private String principal(String who) {
        return Username.parse(who)
                .flatMap(users::findNamed)
                .map(user -> "user:" + user.id())
                .or(() -> RobotName.parse(who).flatMap(robots::findNamed).map(robot -> "robot:" + robot.id()))
                .orElse(who);
    }

    private Page<AuditEntry> find(String hour, Optional<String> after, Predicate<AuditEntry> filter) {
        List<AuditEntry> found = new ArrayList<>();
        Optional<String> next = after;
        for (int i = 0; i < READS; i++) {
            Page<AuditEntry> read = audit.ofHour(hour, next, IN_READ);
            for (AuditEntry entry : read.records()) {
                if (filter.test(entry)) {
                    found.add(entry);
                }
                if (found.size() == IN_PAGE) {
                    return new Page<>(found, Optional.of(entry.id().toString()));
                }
            }
            next = read.next();
            if (next.isEmpty()) {
                return new Page<>(found, next);
            }
        }
        return new Page<>(found, next);
    }

    private List<AuditPage.Row> rows(List<AuditEntry> entries) {
        Map<PrincipalId, Principal> names = accounts.principals(
                entries.stream().flatMap(entry -> id(entry).stream()).collect(Collectors.toSet()));
        return entries.stream()
                .map(entry -> id(entry)
                        .flatMap(id -> Optional.ofNullable(names.get(id)))
                        .map(principal -> new AuditPage.Row(entry, principal.title(), link(principal)))
                        .orElseGet(() -> new AuditPage.Row(entry, "", "")))
                .toList();
    }

    private static Optional<PrincipalId> id(AuditEntry entry) {
        String principal = entry.actor().principal();
        return PrincipalId.parse(principal.substring(principal.indexOf(':') + 1));
    }

    private static String link(Principal principal) {
        return switch (principal) {
            case User user -> "/access/users/" + user.id() + "/";
            case Robot robot -> "/access/robots/" + robot.id() + "/";
            default -> "";
        };
    }
}
