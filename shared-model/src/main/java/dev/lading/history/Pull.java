package dev.lading.history;

import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import java.util.Optional;

/**
 * What a base path resolves to for one request, read once and used both to authorize and to serve it.
 *
 * @param view empty: nothing is pulled at this name
 */
public record Pull(RepositoryName name, Optional<RepositoryView> view) {
    /**
     * Whether pulling here needs permission. It does where nothing is served, too, or private names would stand out.
     */
    public boolean isRestricted() {
        return view.map(RepositoryView::isRestricted).orElse(true);
    }

    /** @throws NameUnknown if nothing is pulled at this name */
    public RepositoryView require() {
        return view.orElseThrow(() -> new NameUnknown(name));
    }
}
