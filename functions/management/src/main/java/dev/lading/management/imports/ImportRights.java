package dev.lading.management.imports;

import dev.lading.account.PrincipalId;
import dev.lading.grant.Namespace;
import dev.lading.grant.NamespaceService;
import dev.lading.grant.Rights;
import dev.lading.history.row.RepositoryId;
import dev.lading.imports.ImportRequest;
import dev.lading.oci.RepositoryName;
import dev.lading.repository.RepositoryService;
import java.util.Optional;

/** What a caller may import, by what they could do one by one. */
final class ImportRights {
    private final RepositoryService repositories;
    private final NamespaceService namespaces;

    ImportRights(RepositoryService repositories, NamespaceService namespaces) {
        this.repositories = repositories;
        this.namespaces = namespaces;
    }

    ImportRequest.Rights of(Rights held) {
        return new ImportRequest.Rights() {
            @Override
            public Optional<String> sender() {
                return held.caller().map(PrincipalId::toString);
            }

            @Override
            public boolean mayWrite(String name, Optional<RepositoryId> target) {
                return target.isPresent()
                        ? repositories
                                .find(target.get())
                                .filter(repository -> held.on(repository, "modify_content_containerrepository"))
                                .isPresent()
                        : held.onEverything("add_containerrepository");
            }

            @Override
            public boolean mayDistribute(RepositoryName basePath) {
                String namespace = Namespace.of(basePath);
                return held.inNamespace(namespace, "namespace_add_containerdistribution")
                        || (held.onEverything("add_containerdistribution")
                                && namespaces.find(namespace).isPresent());
            }
        };
    }
}
