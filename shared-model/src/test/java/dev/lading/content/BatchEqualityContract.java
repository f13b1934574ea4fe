package dev.lading.content;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.content.ManifestService.Pushed;
import dev.lading.history.RepositoryView.HeldBlob;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.OneBatch;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Any commits of contents that share blobs give, written together, the same as one by one. */
public abstract class BatchEqualityContract extends ServiceContract {
    private static final int TAGS = 3;
    private static final int PREPARED = 6;
    private static final int TOGETHER = 8;

    private RepositoryName together;
    private RepositoryName oneByOne;
    private List<Digest> blobs;
    private List<byte[]> manifests;

    /** The number of rounds, each with contents, actions and repositories of its own. */
    protected int rounds() {
        return 4;
    }

    /** A client's request to a process, for a repository. */
    private interface Action {
        Object on(Registry process, RepositoryName name);
    }

    @Test
    void what_is_written_together_is_as_if_it_was_written_one_by_one() throws Exception {
        for (int round = 0; round < rounds(); round++) {
            together = new RepositoryName("together" + round);
            oneByOne = new RepositoryName("one-by-one" + round);
            makeContents();
            compare(new SplittableRandom(round));
        }
    }

    private void compare(SplittableRandom random) throws Exception {
        for (Action action : actions(random, PREPARED)) {
            OneBatch.outcome(() -> action.on(registry(), oneByOne));
            OneBatch.outcome(() -> action.on(registry(), together));
        }
        List<Action> actions = actions(random, TOGETHER);
        WatchedMetadataStore store = watched();
        Registry busy = newRegistry(store);
        var batch = new OneBatch(store, busy);
        registry().push(oneByOne, byTag("first"), batch.first());
        List<Object> expected = new ArrayList<>();
        for (Action action : actions) {
            expected.add(OneBatch.outcome(() -> action.on(registry(), oneByOne)));
        }
        List<Object> found = batch.run(
                together,
                actions.stream()
                        .<Callable<Object>>map(action -> () -> action.on(busy, together))
                        .toList());

        assertThat(found.stream().map(this::told))
                .containsExactlyElementsOf(expected.stream().map(this::told).toList());
        assertThat(shown(together)).containsExactlyElementsOf(shown(oneByOne));
    }

    /** Makes two repositories that hold the same blobs, which are pending, and manifests that may be pushed. */
    private void makeContents() {
        blobs = registry().holdBlobs(oneByOne, 4);
        blobs.forEach(blob -> registry().blobs.mount(together, blob, Optional.of(oneByOne), pull -> true));
        manifests = new ArrayList<>();
        manifests.add(Images.image(blobs.subList(0, 2), "a"));
        manifests.add(Images.image(blobs.subList(1, 3), "b"));
        manifests.add(Images.image(blobs, "c"));
        manifests.add(Images.referrer(blobs.getLast(), digest(0), "d"));
        manifests.add(Images.index(List.of(digest(0), digest(1)), "e"));
        manifests.add(Images.index(List.of(digest(1), digest(4)), "f"));
    }

    private Digest digest(int manifest) {
        return Digest.of(Digest.SHA256, manifests.get(manifest));
    }

    private List<Action> actions(SplittableRandom random, int count) {
        return Stream.generate(() -> action(random)).limit(count).toList();
    }

    private Action action(SplittableRandom random) {
        int manifest = random.nextInt(manifests.size());
        Digest digest = digest(manifest);
        Digest blob = blobs.get(random.nextInt(blobs.size()));
        Tag tag = new Tag("t" + random.nextInt(TAGS));
        return switch (random.nextInt(9)) {
            case 0 -> (process, name) -> process.manifests.delete(name, byTag(tag.value()));
            case 1, 2 -> (process, name) -> process.manifests.delete(name, byDigest(digest));
            case 3 -> (process, name) -> process.blobs.delete(name, blob);
            case 4 -> (process, name) -> process.curation.tag(id(process, name), tag, digest);
            case 5 -> (process, name) -> process.curation.untag(id(process, name), tag);
            case 6 -> (process, name) -> process.push(name, byDigest(digest), manifests.get(manifest));
            default -> (process, name) -> process.push(name, byTag(tag.value()), manifests.get(manifest));
        };
    }

    private static RepositoryId id(Registry process, RepositoryName name) {
        return process.view(name).repository();
    }

    private Object told(Object outcome) {
        return switch (outcome) {
            case RegistryException e -> e.getMessage().replace(oneByOne.value(), together.value());
            case Pushed(Digest digest, long version, Optional<Digest> subject) ->
                digest + " " + version + " " + subject;
            default -> outcome;
        };
    }

    /** The content of each version, and the blobs that the next push can refer to. */
    private List<Object> shown(RepositoryName name) {
        var stored = new Stored(registry(), metadata(), blobs());
        RepositoryId id = id(registry(), name);
        List<Object> shown = new ArrayList<>();
        registry().log(name).forEach(version -> {
            shown.add(version.added() + " " + version.removed() + " " + version.present());
            shown.addAll(stored.contents(id, version.version()));
        });
        blobs.forEach(blob -> shown.add(registry().view(name).blob(blob).map(HeldBlob::inVersion)));
        return shown;
    }
}
