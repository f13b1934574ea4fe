package dev.lading.console.mirror;

import dev.lading.history.Repository;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteSettings;
import dev.lading.schedule.SyncSchedule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A repository with a remote, as far as its caller may know.
 *
 * @param remote empty: they may not see it
 * @param next when it is synced by itself
 * @param ran whether it was ever synced
 * @param last empty: never, or by somebody whose tasks they do not see
 */
public record MirrorView(
        Repository repository, Optional<Remote> remote, Optional<Instant> next, boolean ran, Optional<Outcome> last) {
    /** Limit on the entries of a list that are shown, and on the characters of each. */
    private static final int MOST_SHOWN = 20;

    public String id() {
        return repository.id().toString();
    }

    public String name() {
        return repository.settings().name();
    }

    public Optional<SyncSchedule> schedule() {
        return repository.settings().schedule();
    }

    /** The upstream, as text. */
    public String upstream() {
        return remote.map(Remote::settings)
                .map(settings -> settings.url().text() + " " + settings.upstreamName())
                .orElse("");
    }

    public String includes() {
        return shown(remote.map(Remote::settings).map(RemoteSettings::includes).orElse(List.of()), "all tags");
    }

    public String excludes() {
        return shown(remote.map(Remote::settings).map(RemoteSettings::excludes).orElse(List.of()), "");
    }

    public String platforms() {
        return shown(remote.map(Remote::settings).map(RemoteSettings::platforms).orElse(List.of()), "all platforms");
    }

    private static String shown(List<?> entries, String none) {
        if (entries.isEmpty()) {
            return none;
        }
        String some = entries.stream().limit(MOST_SHOWN).map(Object::toString).collect(Collectors.joining(", "));
        return entries.size() > MOST_SHOWN ? some + ", and " + (entries.size() - MOST_SHOWN) + " more" : some;
    }
}
