package dev.lading.management.distribution;

import dev.lading.history.row.ContentUnit;
import dev.lading.management.api.Filter;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Schema;
import dev.lading.management.content.ContentReferences;
import dev.lading.operation.ResourceType;
import jakarta.inject.Singleton;

/** Lists of distributions, with the filter that needs a look-up. */
@Singleton
public class DistributionLists {
    private final ContentReferences references;

    public final Listing<DistributionModel.Shown> distributions = servingContent(DistributionModel.list());
    public final Listing<DistributionModel.Shown> allDistributions = servingContent(DistributionModel.genericList());

    public DistributionLists(ContentReferences references) {
        this.references = references;
    }

    private Listing<DistributionModel.Shown> servingContent(Listing<DistributionModel.Shown> listing) {
        return listing.filter(new Filter<>("with_content", Schema.TEXT, false, values -> {
            ContentUnit unit = references.unit("with_content", values.getFirst());
            return shown -> shown.version()
                    .or(() -> shown.repository()
                            .map(id -> references.version("repository", ResourceType.REPOSITORY.href(id))))
                    .filter(version -> references.view(version).holds(unit))
                    .isPresent();
        }));
    }
}
