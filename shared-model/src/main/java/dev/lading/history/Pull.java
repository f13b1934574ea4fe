package dev.lading.history;

import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import java.util.Optional;

/**
 * What a base path resolves to for one request, read once and used both to authorize and to serve it.
 *
 * @param view empty: nothing is pulled at this name
 * @param through the pull-through distribution that the name is one of
 */
public record Pull(RepositoryName name, Optional<RepositoryView> view, Optional<PullThrough> through) {
    /** A name at which nothing is pulled. */
    public static Pull nothing(RepositoryName name) {
        return new Pull(name, Optional.empty(), Optional.empty());
    }

    /**
     * Whether pulling here needs permission. It does where nothing is served, too, or private names would stand out;
     * beneath a pull-through distribution, where that or the name's own says so.
     */
    public boolean isRestricted() {
        boolean isBeneath = through.filter(PullThrough::restricted).isPresent();
        boolean isOwn = view.map(RepositoryView::isRestricted).orElse(through.isEmpty());
        return isBeneath || isOwn;
    }

    /** Whether one version is pulled here, to which no upstream adds anything. */
    public boolean isPinned() {
        return view.filter(RepositoryView::isPinned).isPresent();
    }

    /** @throws NameUnknown if nothing is pulled at this name */
    public RepositoryView require() {
        return view.orElseThrow(() -> new NameUnknown(name));
    }
}
