package dev.lading.history;

import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import java.util.Optional;

/**
 * A name as one pull finds it. Its record is read once, for whether the caller may pull and for what is pulled alike.
 *
 * @param view empty: nothing is pulled at this name
 */
public record Pull(RepositoryName name, Optional<RepositoryView> view) {
    /** Whether pulling here needs to be allowed to: where there is nothing, too, or private names would stand out. */
    public boolean isRestricted() {
        return view.map(RepositoryView::isRestricted).orElse(true);
    }

    /** @throws NameUnknown if nothing is pulled at this name */
    public RepositoryView require() {
        return view.orElseThrow(() -> new NameUnknown(name));
    }
}
