package dev.lading.curation;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.Progress;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.ManifestEntry;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.ManifestBlobUnknown;
import dev.lading.oci.RegistryException.ManifestInUse;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Content of an index stays as long as the index does, whatever is deleted or removed. */
public abstract class IndexContract extends ServiceContract {
    /** The number of rounds, each with manifests, tags and a removal of its own. */
    protected int rounds() {
        return 3;
    }

    private Digest push(byte[] manifest) {
        return registry()
                .push(APP, byDigest(Digest.of(Digest.SHA256, manifest)), manifest)
                .digest();
    }

    private Digest image(String note) {
        return push(Images.image(registry().holdBlobs(APP, 1), note));
    }

    private Digest index(String note, Digest... manifests) {
        return push(Images.index(List.of(manifests), note));
    }

    private void tag(String tag, Digest manifest) {
        registry().curation.tag(app(), new Tag(tag), manifest);
    }

    private RepositoryId app() {
        return registry().view(APP).repository();
    }

    private boolean has(Digest manifest) {
        return registry().hasManifest(APP, byDigest(manifest));
    }

    private void delete(Digest manifest) {
        registry().manifests.delete(APP, byDigest(manifest));
    }

    private void requireInUse(Digest manifest, Digest index) {
        List<Long> before = registry().versions(APP);
        assertThatThrownBy(() -> delete(manifest))
                .isInstanceOf(ManifestInUse.class)
                .hasMessageContaining(index.toString());
        assertThat(has(manifest)).isTrue();
        assertThat(registry().versions(APP)).isEqualTo(before);
    }

    private ContentUnit unit(Digest manifest) {
        return registry()
                .content
                .find(ContentKind.MANIFEST, manifest.toString())
                .orElseThrow();
    }

    private ContentUnit unit(String tag) {
        Digest on = registry().tag(APP, tag).orElseThrow();
        return registry()
                .content
                .find(ContentKind.TAG, ContentUnit.tagName(new Tag(tag), on))
                .orElseThrow();
    }

    /** Removes units; returns whether a version was made. */
    private boolean remove(ContentUnit... units) {
        long before = registry().view(APP).version();
        return registry().curation.remove(app(), List.of(units), Progress.NONE) > before;
    }

    @Test
    void an_index_is_deleted_before_what_it_names() {
        Digest child = image("child");
        tag("of-the-child", child);
        Digest index = index("index", child);
        tag("multi", index);
        requireInUse(child, index);
        registry().manifests.delete(APP, byTag("multi"));
        requireInUse(child, index);

        delete(index);
        assertThat(has(child)).isTrue();
        assertThat(registry().tags(APP)).containsExactly("of-the-child");
        delete(child);
        assertThat(has(child)).isFalse();
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void an_index_in_an_index_is_one_of_its_manifests() {
        Digest child = image("child");
        Digest inner = index("inner", child);
        Digest outer = index("outer", inner);
        requireInUse(inner, outer);
        requireInUse(child, inner);
        Stream.of(outer, inner, child).forEach(this::delete);
        assertThat(registry().log(APP).getLast().present().manifests()).isZero();
    }

    @Test
    void a_tag_and_a_subject_can_be_deleted() {
        Digest child = image("child");
        tag("child", child);
        index("index", child);
        registry().manifests.delete(APP, byTag("child"));
        assertThat(has(child)).isTrue();

        Digest subject = image("subject");
        push(Images.referrer(registry().holdBlobs(APP, 1).getFirst(), subject, "signature"));
        delete(subject);
        assertThat(has(subject)).isFalse();
    }

    @Test
    void an_image_keeps_no_manifest_whose_bytes_are_a_layer() {
        byte[] layer = Images.image(registry().holdBlobs(APP, 1), "layer");
        registry().pushBlob(APP, layer);
        Digest manifest = push(layer);
        push(Images.image(List.of(registry().holdBlobs(APP, 1).getFirst(), manifest), "bundle"));
        delete(manifest);
        assertThat(has(manifest)).isFalse();
        assertThat(registry().view(APP).blobInVersion(manifest)).isPresent();
    }

    @Test
    void a_manifest_and_a_layer_of_the_same_bytes_are_copied_both() {
        byte[] layer = Images.image(registry().holdBlobs(APP, 1), "layer");
        registry().pushBlob(APP, layer);
        Digest manifest = push(layer);
        Digest bundle = push(Images.image(List.of(registry().holdBlobs(APP, 1).getFirst(), manifest), "bundle"));
        tag("both", index("both", manifest, bundle));
        RepositoryName other = new RepositoryName("team/other");
        RepositoryId target = registry().repositories.getOrCreate(other);
        long version = registry().view(APP).version();
        registry().curation.copyTags(app(), version, Optional.empty(), target, Progress.NONE);
        assertThat(registry().view(other).manifest(manifest)).isPresent();
        assertThat(registry().view(other).blobInVersion(manifest)).isPresent();
    }

    @Test
    void an_index_pushed_while_its_manifest_is_deleted_keeps_it() {
        Digest child = image("child");
        var store = watched().beforeWrite(write -> {
            if (write == 1) {
                index("index", child);
            }
        });
        Registry other = newRegistry(store);
        assertThatThrownBy(() -> other.manifests.delete(APP, byDigest(child))).isInstanceOf(ManifestInUse.class);
        assertThat(has(child)).isTrue();
    }

    @Test
    void an_index_whose_manifest_is_deleted_meanwhile_is_refused() {
        Digest child = image("child");
        var store = watched().beforeWrite(write -> {
            if (write == 1) {
                delete(child);
            }
        });
        Registry other = newRegistry(store);
        assertThatThrownBy(() -> other.push(APP, byTag("index"), Images.index(List.of(child), "index")))
                .isInstanceOf(ManifestBlobUnknown.class);
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void what_a_tag_or_an_index_needs_is_not_removed_and_makes_no_version() {
        Digest tagged = image("tagged");
        tag("tag", tagged);
        Digest child = image("child");
        index("index", child);
        assertThat(remove(unit(tagged))).isFalse();
        assertThat(remove(unit(child))).isFalse();
        assertThat(remove(unit(child), unit(tagged))).isFalse();
        assertThat(has(tagged) && has(child)).isTrue();
        assertThat(registry().tags(APP)).containsExactly("tag");
    }

    @Test
    void a_tag_and_its_manifest_are_removed_in_either_order() {
        Digest one = image("one");
        Digest two = image("two");
        tag("one", one);
        tag("two", two);
        tag("also-two", two);
        assertThat(remove(unit(one), unit("one"))).isTrue();
        assertThat(remove(unit("two"), unit(two))).isTrue();
        assertThat(has(one)).isFalse();
        assertThat(has(two)).isTrue();
        assertThat(remove(unit("also-two"))).isTrue();
        assertThat(registry().log(APP).getLast().present().manifests()).isZero();
    }

    @Test
    void an_index_is_removed_with_those_of_its_manifests_that_nothing_else_needs() {
        Digest own = image("own");
        Digest tagged = image("tagged");
        tag("tag", tagged);
        Digest shared = image("shared");
        Digest inner = index("inner", own);
        Digest outer = index("outer", inner, tagged, shared);
        Digest other = index("other", shared);
        assertThat(remove(unit(own), unit(outer))).isTrue();
        assertThat(has(outer) || has(inner) || has(own)).isFalse();
        assertThat(has(tagged) && has(shared) && has(other)).isTrue();
        assertThat(remove(unit(shared), unit(other))).isTrue();
        assertThat(registry().log(APP).getLast().present().manifests()).isEqualTo(1);
    }

    @Test
    void what_is_removed_of_anything_is_what_nothing_left_needs() {
        for (int round = 0; round < rounds(); round++) {
            registry().curation.clear(registry().repositories.getOrCreate(APP), Progress.NONE);
            var random = new SplittableRandom(round);
            var made = new Made();
            for (int i = 0; i < 8; i++) {
                made.add(round + "-" + i, random);
            }
            List<ContentUnit> given = made.some(random);
            Set<Digest> expected = made.without(given);

            registry().curation.remove(app(), given, Progress.NONE);

            assertThat(registry().view(APP).stream(ManifestEntry.TABLE).map(ManifestEntry::digest))
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(registry().tags(APP)).containsExactlyInAnyOrderElementsOf(made.tags.keySet());
        }
    }

    /** Images, and indexes of images and indexes made before, some with tags. */
    private final class Made {
        private final Map<Digest, Set<Digest>> manifests = new LinkedHashMap<>();
        private final Map<String, Digest> tags = new HashMap<>();

        void add(String note, SplittableRandom random) {
            Digest[] named = manifests.keySet().stream()
                    .filter(each -> random.nextInt(3) == 0)
                    .toArray(Digest[]::new);
            Digest digest = named.length == 0 ? image(note) : index(note, named);
            manifests.put(digest, Set.of(named));
            if (random.nextBoolean()) {
                tag("t" + note, digest);
                tags.put("t" + note, digest);
            }
        }

        List<ContentUnit> some(SplittableRandom random) {
            List<ContentUnit> units = new ArrayList<>();
            manifests.keySet().stream().map(IndexContract.this::unit).forEach(units::add);
            tags.keySet().stream().map(IndexContract.this::unit).forEach(units::add);
            units.removeIf(each -> random.nextBoolean());
            return units;
        }

        /** Removes given tags, then manifests until none can be removed any more. */
        Set<Digest> without(List<ContentUnit> given) {
            Set<Digest> mayGo = new HashSet<>();
            given.forEach(unit -> mayGo.add(unit.digest()));
            given.stream()
                    .filter(unit -> unit.kind() == ContentKind.TAG)
                    .forEach(unit -> tags.remove(unit.tag().value()));
            Set<Digest> left = new HashSet<>(manifests.keySet());
            while (left.removeIf(each -> mayGo.contains(each)
                    && !tags.containsValue(each)
                    && left.stream().noneMatch(index -> manifests.get(index).contains(each)))) {
                manifests.forEach((index, named) -> mayGo.addAll(left.contains(index) ? Set.of() : named));
            }
            return left;
        }
    }
}
