package dev.lading.console.repository;

import dev.lading.account.AccountService;
import dev.lading.account.PrincipalId;
import dev.lading.console.Some;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryVersion;
import dev.lading.history.RepositoryVersion.Maker;
import dev.lading.oci.RepositoryName;
import dev.lading.overview.Timeline;
import dev.lading.overview.Timeline.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A version as the timeline tells of it.
 *
 * @param made what made it, as a sentence begins
 * @param by who did; empty: that is not known
 * @param task that made it; empty: none, or that is not known
 * @param pins names that are pinned to it
 * @param moved how many tags it moved; empty: the counts have each as added and as removed
 */
public record VersionLine(
        Entry entry,
        String made,
        String by,
        String task,
        boolean current,
        Some<RepositoryName> pins,
        Some<String> tags,
        OptionalLong moved) {
    private static final int NAMES = 3;
    private static final int PINS = 5;
    private static final Pattern TASK = Pattern.compile(", task ([0-9a-f-]{36})");

    /** What requests and tasks do, by what they are called; the first that matches counts. */
    private static final List<Map.Entry<Pattern, String>> ACTIONS = List.of(
            action("PUT /v2/.*", "Pushed"),
            action("POST /v2/.*", "Pushed"),
            action("DELETE /v2/.*", "Content deleted"),
            action("(GET|HEAD) /v2/.*", "Pulled through"),
            action(".*/sync/?|pulp_container\\.app\\.tasks\\.synchronize\\..*", "Synced"),
            action(".*/promote/?", "Promoted"),
            action(".*/restore/?", "Rolled back"),
            action(".*/build_image/?", "Built"),
            action(".*/import.*", "Imported"),
            action(".*/(tag|untag)/?", "Tags changed"),
            action(".*/(copy_tags|copy_manifests)/?", "Copied"),
            action(".*/(add|remove)/?", "Content changed"),
            action(".*", "Changed"));

    private static Map.Entry<Pattern, String> action(String pattern, String made) {
        return Map.entry(Pattern.compile(pattern), made);
    }

    /** Tells who made versions, by the names that they have now; up to two reads. */
    static List<VersionLine> of(AccountService accounts, Repository repository, List<Entry> entries) {
        Set<String> makers = entries.stream()
                .flatMap(entry -> entry.version().madeBy().stream())
                .map(Maker::principal)
                .filter(principal -> principal.contains(":"))
                .collect(Collectors.toSet());
        Map<Long, String> titles = new HashMap<>();
        accounts.findAll(makers.stream()
                        .flatMap(principal -> PrincipalId.parse(number(principal)).stream())
                        .toList())
                .forEach(account -> titles.put(account.id().value(), account.title()));
        Map<String, String> named = new HashMap<>();
        makers.forEach(principal -> PrincipalId.parse(number(principal))
                .map(id -> titles.get(id.value()))
                .ifPresent(title -> named.put(principal, title)));
        return entries.stream().map(entry -> of(repository, entry, named)).toList();
    }

    private static String number(String principal) {
        return principal.substring(principal.indexOf(':') + 1);
    }

    /** @param accounts titles by principal */
    private static VersionLine of(Repository repository, Entry entry, Map<String, String> accounts) {
        RepositoryVersion version = entry.version();
        Optional<Maker> maker = version.madeBy();
        Matcher task = TASK.matcher(maker.map(Maker::action).orElse(""));
        long tags = version.changes().stream().filter(Timeline::isOfTag).count();
        return new VersionLine(
                entry,
                made(version),
                maker.map(found -> who(found.principal(), accounts)).orElse(""),
                task.find() ? task.group(1) : "",
                version.version() == repository.version(),
                Some.of(
                        repository.pins().stream()
                                .filter(pin -> pin.version() == version.version())
                                .map(Repository.Pin::name)
                                .toList(),
                        PINS),
                new Some<>(entry.tags(NAMES), Math.max(0, tags - NAMES)),
                entry.moved());
    }

    private static String made(RepositoryVersion version) {
        if (version.version() == 0) {
            return "Made, without content";
        }
        if (version.sourceCreated().isPresent()) {
            return "Imported";
        }
        if (version.base().isPresent()) {
            return "Rolled back to version " + version.base().get();
        }
        if (version.madeBy().isEmpty()) {
            return "What made it is not noted: an earlier build did, or a pull of what was not here";
        }
        Maker maker = version.madeBy().get();
        if (maker.credential().equals("build")) {
            return "Built";
        }
        String action = maker.action().split(", ", 2)[0];
        return ACTIONS.stream()
                .filter(each -> each.getKey().matcher(action).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("Changed");
    }

    private static String who(String principal, Map<String, String> accounts) {
        return switch (principal) {
            case "admin" -> "the administrator";
            case "anonymous" -> "somebody without a login";
            case "registry" -> "the registry itself";
            default ->
                accounts.getOrDefault(
                        principal, principal.startsWith("robot:") ? "a robot that is gone" : "a user who is gone");
        };
    }

    public long number() {
        return entry.version().version();
    }

    /** Where the images of a tag that it moved are compared, below {@code /ui}. */
    public String detail(RepositoryHead head, String before) {
        return head.path() + "diff/image?from=" + before + "&to=" + number();
    }

    public long addedTags() {
        return entry.version().added().tags() - moved.orElse(0);
    }

    public long removedTags() {
        return entry.version().removed().tags() - moved.orElse(0);
    }

    public long movedTags() {
        return moved.orElse(0);
    }

    /** Whether tags may be among the added and the removed because they moved. */
    public boolean hasBoth() {
        return moved.isEmpty()
                && entry.version().added().tags() > 0
                && entry.version().removed().tags() > 0;
    }
}
