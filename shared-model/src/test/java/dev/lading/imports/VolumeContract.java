package dev.lading.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.BundleReader;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.BundleWriter;
import dev.lading.bundle.Trust;
import dev.lading.bundle.VolumePlan;
import dev.lading.export.Export;
import dev.lading.export.ExportRequest.Part;
import dev.lading.testing.Bytes;
import dev.lading.testing.Registry;
import dev.lading.testing.Stored;
import dev.lading.testing.WatchedMetadataStore;
import dev.lading.testing.WatchedMetadataStore.ProcessDied;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Volumes make, once all have come in whatever order, what the bundle does; before that, nothing. */
public abstract class VolumeContract extends TransferContract {
    private static final long SIZE = 110_000;

    /** Five volumes, of which the last three have a blob, and the others one each. */
    private List<byte[]> filled() {
        image("v1", blob(40), blob(70_000));
        image("v2", blob(50), blob(71_000));
        image("v3", blob(60), blob(230_000));
        registry().manifests.delete(APP, Registry.byTag("v1"));
        return volumes(prepared(Part.whole(id())), SIZE);
    }

    private static List<byte[]> volumes(Export export, long size) {
        var plan = VolumePlan.of(export.files(), size);
        return IntStream.rangeClosed(1, plan.count())
                .mapToObj(number -> volume(export, plan, number))
                .toList();
    }

    private static byte[] volume(Export export, VolumePlan plan, int number) {
        try {
            var out = new ByteArrayOutputStream();
            export.writeVolume(out, Optional.empty(), plan, number);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> missing(ImportReport report) {
        return report.volume().orElseThrow().missing();
    }

    @Test
    void they_come_in_any_order_and_nothing_is_made_before_the_last() {
        List<byte[]> volumes = filled();
        Map<Long, List<String>> before = history();
        forget();
        List<Integer> order =
                new ArrayList<>(IntStream.rangeClosed(1, volumes.size()).boxed().toList());
        Collections.shuffle(order, new Random(5));
        assertThat(volumes).hasSizeGreaterThan(3);

        for (int i = 0; i < order.size(); i++) {
            requireNothing();
            int number = order.get(i);
            ImportReport report = run(volumes.get(number - 1));
            List<Integer> left = order.subList(i + 1, order.size());
            assertThat(missing(report)).containsExactlyInAnyOrderElementsOf(left);
            assertThat(report.volume().orElseThrow().number()).isEqualTo(number);
            if (!left.isEmpty()) {
                assertThat(missing(check(volumes.get(number - 1)))).containsExactlyInAnyOrderElementsOf(left);
            }
        }
        assertThat(history()).isEqualTo(before);
        cleanUp();
        assertThat(history()).isEqualTo(before);
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }

    @Test
    void one_that_comes_twice_or_after_all_makes_nothing_new() {
        List<byte[]> volumes = filled();
        Map<Long, List<String>> before = history();
        forget();
        run(volumes.getFirst());
        List<String> rows = new Stored(registry(), metadata(), blobs()).everything();
        assertThat(missing(run(volumes.getFirst()))).hasSize(volumes.size() - 1);
        assertThat(new Stored(registry(), metadata(), blobs()).everything()).isEqualTo(rows);
        volumes.forEach(this::run);
        assertThat(history()).isEqualTo(before);
        rows = new Stored(registry(), metadata(), blobs()).everything();

        for (byte[] volume : volumes) {
            assertThat(missing(check(volume))).isEmpty();
            ImportReport again = run(volume);
            assertThat(again.isNothing()).isTrue();
            assertThat(missing(again)).isEmpty();
        }
        assertThat(new Stored(registry(), metadata(), blobs()).everything()).isEqualTo(rows);
    }

    @Test
    void one_that_was_lost_is_made_again_alone() {
        List<byte[]> volumes = filled();
        Export again = prepared(Part.whole(id()));
        byte[] third = volume(again, VolumePlan.of(again.files(), SIZE), 3);
        assertThat(third).isEqualTo(volumes.get(2));
    }

    @Test
    void volumes_of_another_size_or_bundle_are_counted_by_themselves() {
        List<byte[]> volumes = filled();
        List<byte[]> larger = volumes(prepared(Part.whole(id())), SIZE * 2);
        image("v5", blob(99));
        List<byte[]> others = volumes(prepared(Part.whole(id())), SIZE);
        forget();
        run(volumes.getFirst());
        assertThat(missing(run(larger.getLast()))).hasSize(larger.size() - 1);
        assertThat(missing(run(others.get(1)))).hasSize(others.size() - 1);
        assertThat(missing(run(volumes.get(1)))).hasSize(volumes.size() - 2);
        requireNothing();
        larger.forEach(this::run);
        assertThat(registry().view(APP).version()).isEqualTo(4);
        cleanUp();
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }

    @Test
    void nobody_gets_content_by_a_volume_of_what_somebody_else_sent() {
        List<byte[]> volumes = filled();
        forget();
        volumes.subList(1, volumes.size()).forEach(this::run);

        ImportReport report = run(volumes.getFirst(), request(false, Optional.of("another")));

        assertThat(missing(report)).hasSize(volumes.size() - 1);
        requireNothing();
    }

    @Test
    void a_volume_that_is_damaged_is_not_here() {
        List<byte[]> volumes = filled();
        forget();
        byte[] cut = volumes.getLast();
        var random = new Random(31);
        for (int i = 0; i < 40; i++) {
            byte[] flipped = cut.clone();
            flipped[random.nextInt(cut.length)] ^= 4;
            assertThatThrownBy(() -> run(flipped)).isInstanceOf(BundleRefused.class);
        }
        assertThatThrownBy(() -> run(Arrays.copyOf(cut, cut.length - 600))).isInstanceOf(BundleRefused.class);
        assertThat(missing(run(volumes.getFirst()))).contains(volumes.size());
        cleanUp();
        volumes.forEach(this::run);
        assertThat(registry().view(APP).version()).isEqualTo(4);
    }

    @Test
    void pieces_that_do_not_make_their_file_are_told_and_come_again() {
        List<byte[]> volumes = filled();
        Export export = prepared(Part.whole(id()));
        // A registry that writes other bytes than it lists, which the end of the volume says truly.
        var plan = VolumePlan.of(export.files(), SIZE);
        VolumePlan.Piece piece = plan.pieces().get(1);
        byte[] lying = forged(export, plan, piece.volume());
        forget();

        assertThatThrownBy(() -> {
                    for (int number = 1; number <= volumes.size(); number++) {
                        run(number == piece.volume() ? lying : volumes.get(number - 1));
                    }
                })
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("is not what the list says");
        requireNothing();
        volumes.forEach(this::run);
        assertThat(registry().view(APP).version()).isEqualTo(4);
    }

    private static byte[] forged(Export export, VolumePlan plan, int number) {
        var out = new ByteArrayOutputStream();
        byte[] good = volume(export, plan, number);
        try (var writer = new BundleWriter(out, export.files(), Optional.empty(), plan, plan.mark(number))) {
            var reader = new BundleReader(new ByteArrayInputStream(good), new Trust(List.of(), true));
            while (reader.hasNext()) {
                dev.lading.bundle.Part part = reader.peek();
                var bytes = new ByteArrayOutputStream();
                var _ = reader.next((each, count) -> bytes.write(each, 0, count));
                byte[] content = part.isWhole() ? bytes.toByteArray() : Bytes.random(bytes.size());
                var _ = writer.next(part.file(), (at, length) -> new ByteArrayInputStream(content));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Test
    void killed_at_any_write_they_go_on() {
        List<byte[]> volumes = filled();
        Map<Long, List<String>> before = history();
        forget();
        int died = 0;
        for (int write = 1; ; write += 2) {
            try {
                WatchedMetadataStore dying = write % 4 == 1
                        ? watched().dieBeforeWrite(write)
                        : watched().dieAfterWrite(write);
                Registry process = newRegistry(dying);
                for (int number = volumes.size(); number > 0; number--) {
                    var _ = imports(process, dying)
                            .run(
                                    new ByteArrayInputStream(volumes.get(number - 1)),
                                    request(false, Optional.empty()),
                                    ImportService.Progress.NONE);
                }
                break;
            } catch (ProcessDied expected) {
                died++;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(died).isGreaterThan(3);
        assertThat(history()).isEqualTo(before);
        cleanUp();
        new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
    }

    @Test
    void what_never_became_whole_is_given_up() {
        List<byte[]> volumes = filled();
        forget();
        volumes.subList(1, volumes.size()).forEach(this::run);
        cleanUp();
        requireNoBytes();
        assertThat(missing(check(volumes.getFirst()))).hasSize(volumes.size());
        volumes.forEach(this::run);
        assertThat(registry().view(APP).version()).isEqualTo(4);
    }
}
