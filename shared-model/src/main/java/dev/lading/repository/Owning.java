package dev.lading.repository;

import dev.lading.distribution.DistributionId;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Write;
import java.util.List;

/** What is written in the transaction that makes a repository or a distribution, so that it has an owner at once. */
public interface Owning {
    /** An administrator made it, who owns everything. */
    Owning NOBODY = new Owning() {
        @Override
        public List<Write> of(RepositoryId repository) {
            return List.of();
        }

        @Override
        public List<Write> of(DistributionId distribution) {
            return List.of();
        }
    };

    List<Write> of(RepositoryId repository);

    List<Write> of(DistributionId distribution);
}
