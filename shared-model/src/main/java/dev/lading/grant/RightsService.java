package dev.lading.grant;

import dev.lading.account.User;
import dev.lading.metadata.MetadataStore;

/** What users may do: by roles on everything, on namespaces and on objects, and by having made a namespace. */
public final class RightsService {
    private final MetadataStore store;
    private final GrantService grants;
    private final NamespaceService namespaces;

    public RightsService(MetadataStore store, GrantService grants, NamespaceService namespaces) {
        this.store = store;
        this.grants = grants;
        this.namespaces = namespaces;
    }

    /** A user's rights as they are now, for one request. */
    public UserRights of(User user) {
        return new UserRights(store, grants, namespaces, user);
    }
}
