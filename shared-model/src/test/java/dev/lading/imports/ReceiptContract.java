package dev.lading.imports;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.FileList;
import dev.lading.bundle.document.Receipt;
import dev.lading.export.Export;
import dev.lading.export.ExportRequest;
import dev.lading.export.ExportRequest.Part;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.Stored;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a receipt names is left out, and only that. */
public abstract class ReceiptContract extends TransferContract {
    private static final int LARGE = 64 * 1024 + 1;

    private Receipt receipt() {
        return new ReceiptService(metadata(), registry().repositories, clock).of(List.of(id()));
    }

    private Export against(Receipt receipt, Part... parts) {
        try {
            return exports()
                    .prepare(
                            new ExportRequest(List.of(parts), Optional.empty(), SOURCE), receipt, distribution -> true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] written(Export export) {
        try {
            var out = new ByteArrayOutputStream();
            export.write(out, Optional.empty(), (files, bytes) -> {});
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Digest> digests(Export export) {
        return export.files().entries().stream().map(FileList.Entry::digest).collect(Collectors.toSet());
    }

    private Receipt held(long version, Digest... blobs) {
        return new Receipt(clock.instant(), List.of(new Receipt.Held(id(), APP.value(), version, Set.of(blobs))));
    }

    @Test
    void it_says_up_to_which_version_and_which_large_blobs() {
        Digest large = blob(LARGE);
        image("v1", blob(40), large);
        var source = id();
        byte[] bundle = written(prepared(Part.whole(source)));
        assertThatThrownBy(this::receipt).isInstanceOf(FieldInvalid.class).hasMessageContaining("Nothing was imported");
        forget();
        run(bundle);

        Receipt receipt = receipt();

        assertThat(receipt.repositories()).containsExactly(new Receipt.Held(source, APP.value(), 1, Set.of(large)));
    }

    @Test
    void large_blobs_that_it_names_are_left_out_and_only_they() {
        Digest named = blob(LARGE);
        Digest lost = blob(LARGE);
        Digest small = blob(500);
        image("v1", blob(40), named, lost, small);
        image("v2", blob(41), named, lost, small);

        Set<Digest> digests = digests(against(held(1, named), Part.whole(id())));

        assertThat(digests).contains(lost, small).doesNotContain(named);
    }

    @Test
    void an_increment_against_it_follows_whether_or_not_its_version_is_kept() {
        Digest layer = blob(LARGE);
        image("v1", blob(40), layer);
        image("gone", blob(41), blob(LARGE));
        byte[] first = written(prepared(Part.whole(id())));
        registry().manifests.delete(APP, byTag("gone"));
        image("v1", blob(42), layer, blob(LARGE));
        Map<Long, List<String>> before = history();
        Receipt held = held(2, layer);
        byte[] kept = written(against(held, Part.whole(id())));
        registry().versions.delete(id(), 2);
        registry().versions.delete(id(), 1);
        Map<Long, List<String>> left = history();
        Export export = against(held, Part.whole(id()));
        byte[] notKept = written(export);
        assertThat(digests(export)).doesNotContain(layer);
        forget();

        for (byte[] increment : List.of(kept, notKept)) {
            run(first);
            run(increment);
            assertThat(history()).containsAllEntriesOf(left).isEqualTo(before);
            cleanUp();
            new Stored(registry(), metadata(), blobs()).requireNothingUnreferenced();
            forget();
        }
        run(first);
        assertThat(run(notKept, request(true, Optional.empty()))
                        .targets()
                        .getFirst()
                        .newest())
                .isEqualTo(3);
        assertThat(history().get(3L)).isEqualTo(before.get(4L));
    }

    @Test
    void a_version_that_is_not_there_yet_is_refused() {
        image("v1", blob(40));
        assertThatThrownBy(() -> against(held(2), Part.whole(id())))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("up to version 2");
        assertThat(digests(against(held(1), Part.whole(id())))).hasSize(3);
        assertThat(digests(against(Receipt.nothing(), Part.whole(id())))).hasSizeGreaterThan(3);
    }
}
