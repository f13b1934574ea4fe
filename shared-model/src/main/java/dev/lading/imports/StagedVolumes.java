package dev.lading.imports;

import dev.lading.commit.Staging;
import dev.lading.history.SortKeys;
import dev.lading.metadata.Key;
import dev.lading.metadata.MetadataStore;
import dev.lading.metadata.Query;
import dev.lading.metadata.Table;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which volumes of a bundle have come, each read to its end and found whole. */
final class StagedVolumes {
    private static final int AT_ONCE = 1000;

    private final MetadataStore store;
    private final StagedBundle bundle;
    private final Map<Integer, StagedVolume> volumes = new HashMap<>();

    StagedVolumes(MetadataStore store, StagedBundle bundle) {
        this.store = store;
        this.bundle = bundle;
        store.stream(StagedVolume.TABLE, StagedVolume.of(bundle.staging(), AT_ONCE))
                .forEach(each -> volumes.put(each.number(), each));
    }

    /**
     * A volume that is staged.
     *
     * @param pieces of files in it, in order
     */
    record StagedVolume(Staging staging, int number, List<Digest> pieces) {
        static final Table<StagedVolume> TABLE = new Table<>("staged-volume", StagedVolume.class, StagedVolume::key);

        StagedVolume {
            pieces = pieces == null ? List.of() : List.copyOf(pieces);
        }

        private Key key() {
            return new Key(staging.id().toString(), "%03d".formatted(number));
        }

        static Query of(Staging staging, int limit) {
            return Query.ascending(staging.id().toString(), SortKeys.FIRST, SortKeys.LAST, limit);
        }
    }

    boolean has(int number) {
        return volumes.containsKey(number);
    }

    /** Numbers of those that have not come. */
    List<Integer> missing(int count) {
        return IntStream.rangeClosed(1, count)
                .filter(number -> !has(number))
                .boxed()
                .toList();
    }

    /** What the pieces in a volume are, in order; of one that has not come, none. */
    List<Digest> pieces(int number) {
        return Optional.ofNullable(volumes.get(number))
                .map(StagedVolume::pieces)
                .orElse(List.of());
    }

    /** @return false: another import of the bundle has ended meanwhile */
    boolean add(int number, List<Digest> pieces) {
        var volume = new StagedVolume(bundle.staging(), number, pieces);
        volumes.put(number, volume);
        return store.write(Write.checkUnchanged(StagedBundle.TABLE, bundle), Write.put(StagedVolume.TABLE, volume));
    }

    /** Forgets that a volume has come, so that it is taken again. */
    void forget(int number) {
        StagedVolume gone = volumes.remove(number);
        if (gone != null) {
            store.write(Write.delete(StagedVolume.TABLE, gone));
        }
    }

    void forget() {
        new ArrayList<>(volumes.keySet()).forEach(this::forget);
    }
}
