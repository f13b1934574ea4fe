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
     * beneath a pull-through distribution, as that says.
     */
    public boolean isRestricted() {
        return view.map(RepositoryView::isRestricted)
                .or(() -> through.map(PullThrough::restricted))
                .orElse(true);
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
