package dev.lading.sync.demand;

import dev.lading.history.PullThrough;
import dev.lading.history.row.BlobOrigin;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Write;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RepositoryName;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteService;
import dev.lading.remote.RemoteSettings;
import dev.lading.repository.FirstPullThrough;
import dev.lading.repository.FirstPullThrough.NewRemote;
import dev.lading.repository.RepositoryService;
import dev.lading.sync.plan.Glob;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Makes the repositories that pulls through a distribution need, and says which names it serves. */
public final class ThroughNames {
    private final RepositoryService repositories;
    private final RemoteService remotes;

    public ThroughNames(RepositoryService repositories, RemoteService remotes) {
        this.repositories = repositories;
        this.remotes = remotes;
    }

    /** @throws dev.lading.oci.RegistryException.NameUnknown if the remote's filters leave the name out */
    void require(PullThrough through, RepositoryName name) {
        RemoteSettings settings = remotes.get(through.remote()).settings();
        String upstreamName = through.upstreamName(name);
        boolean isIncluded = settings.includes().isEmpty() || matches(settings.includes(), upstreamName);
        if (!isIncluded || matches(settings.excludes(), upstreamName)) {
            throw new NameUnknown(
                    name,
                    "the remote of '" + through.basePath() + "' leaves out '" + upstreamName + "' by its filters");
        }
    }

    private static boolean matches(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> new Glob(pattern).matches(name));
    }

    /**
     * @param source the remote that the content came from
     * @param also makes the writes that go with a new name
     */
    RepositoryId make(
            PullThrough through, RepositoryName name, Remote source, BlobOrigin origin, Supplier<List<Write>> also) {
        return repositories.getOrCreate(
                through,
                name,
                new NewRemote() {
                    @Override
                    public Remote source() {
                        return remotes.find(source.id())
                                .filter(source::equals)
                                .orElseThrow(() -> FirstPullThrough.changed(through));
                    }

                    @Override
                    public Remote make() {
                        return remotes.copy(source, name.value(), origin.upstreamName());
                    }

                    @Override
                    public Optional<Remote> left() {
                        Optional<Remote> named = remotes.findNamed(name.value());
                        named.map(Remote::settings)
                                .filter(settings ->
                                        !settings.url().equals(source.settings().url())
                                                || !settings.upstreamName().equals(origin.upstreamName()))
                                .ifPresent(elsewhere -> {
                                    throw FirstPullThrough.taken(through, name, "remote");
                                });
                        return named;
                    }

                    @Override
                    public List<Write> writes(Remote remote) {
                        return remotes.creating(remote);
                    }
                },
                also);
    }
}
