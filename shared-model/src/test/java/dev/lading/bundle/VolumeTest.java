package dev.lading.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.tar.TarHeader;
import dev.lading.testing.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VolumeTest {
    private static final int BLOCK = 512;
    private static final long SIZE = 100_000;

    /** As many small files as a volume has room for, and one that three volumes have. */
    private final Map<FileList.Entry, byte[]> files = files(1000, 70_000, 3000, 210_000, 10, 0, 40_000);

    private final FileList list = new FileList(new ArrayList<>(files.keySet()));
    private final VolumePlan plan = VolumePlan.of(list, SIZE);
    private final KeyPair pair = pair();

    private static Map<FileList.Entry, byte[]> files(int... sizes) {
        Map<FileList.Entry, byte[]> files = new LinkedHashMap<>();
        byte[] document = Bytes.random(900);
        files.put(FileList.Entry.of("lading/export.json", document), document);
        for (int size : sizes) {
            byte[] bytes = Bytes.random(size);
            files.put(FileList.Entry.blob(Digest.of(Digest.SHA256, bytes), size), bytes);
        }
        return files;
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] written(
            Map<FileList.Entry, byte[]> files, VolumePlan plan, VolumeMark volume, Optional<BundleKey> key) {
        var out = new ByteArrayOutputStream();
        var list = new FileList(new ArrayList<>(files.keySet()));
        try (var writer = new BundleWriter(out, list, key, plan, volume)) {
            for (var file : files.entrySet()) {
                var _ = writer.next(
                        file.getKey(),
                        (at, length) -> new ByteArrayInputStream(file.getValue(), (int) at, (int) length));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private byte[] signed(int number) {
        return written(
                files, plan, plan.mark(number), Optional.of(BundleSignature.by(pair.getPrivate(), pair.getPublic())));
    }

    private byte[] unsigned(int number) {
        return written(files, plan, plan.mark(number), Optional.empty());
    }

    private Trust trusted() {
        return new Trust(List.of(pair.getPublic()), false);
    }

    private static final Trust ANYBODY = new Trust(List.of(), true);

    private static Map<String, byte[]> read(byte[] volume, Trust trust) throws IOException {
        var reader = new BundleReader(new ByteArrayInputStream(volume), trust);
        Map<String, byte[]> parts = new LinkedHashMap<>();
        while (reader.hasNext()) {
            var content = new ByteArrayOutputStream();
            FileList.Entry part = reader.next((bytes, count) -> content.write(bytes, 0, count));
            assertThat(part.digest()).isEqualTo(Digest.of(Digest.SHA256, content.toByteArray()));
            parts.put(part.path(), content.toByteArray());
        }
        reader.end();
        return parts;
    }

    private static void requireRefused(byte[] volume, Trust trust, String why) {
        assertThatThrownBy(() -> read(volume, trust))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining(why);
    }

    @Test
    void each_is_read_alone_and_together_they_are_the_bundle() throws IOException {
        Map<String, ByteArrayOutputStream> joined = new LinkedHashMap<>();
        for (int number = 1; number <= plan.count(); number++) {
            byte[] volume = signed(number);
            assertThat(volume).hasSizeLessThanOrEqualTo((int) SIZE);
            boolean isFirst = number == 1;
            read(volume, trusted()).forEach((path, bytes) -> {
                if (isFirst || !path.startsWith("lading/")) {
                    joined.computeIfAbsent(path.replaceFirst("\\.part-.*", ""), each -> new ByteArrayOutputStream())
                            .writeBytes(bytes);
                }
            });
        }
        assertThat(plan.count()).isGreaterThan(3);
        assertThat(joined.keySet())
                .containsExactlyElementsOf(
                        files.keySet().stream().map(FileList.Entry::path).toList());
        files.forEach((file, bytes) ->
                assertThat(joined.get(file.path()).toByteArray()).isEqualTo(bytes));
    }

    @Test
    void the_same_files_and_size_give_the_same_volumes() {
        for (int number = 1; number <= plan.count(); number++) {
            assertThat(written(files, VolumePlan.of(list, SIZE), plan.mark(number), Optional.empty()))
                    .isEqualTo(unsigned(number));
        }
    }

    @Test
    void every_size_is_kept_to_and_leaves_nothing_out() {
        var random = new Random(23);
        for (int i = 0; i < 50; i++) {
            Map<FileList.Entry, byte[]> some = files(random.ints(20, 0, 200_000).toArray());
            long size = 80_000L + random.nextInt(300_000);
            var cut = VolumePlan.of(new FileList(new ArrayList<>(some.keySet())), size);
            long bytes = 0;
            for (int number = 1; number <= cut.count(); number++) {
                byte[] volume = written(some, cut, cut.mark(number), Optional.empty());
                assertThat((long) volume.length).isLessThanOrEqualTo(size);
                bytes += cut.parts(cut.mark(number)).stream()
                        .skip(1)
                        .mapToLong(Part::sizeBytes)
                        .sum();
            }
            assertThat(bytes)
                    .isEqualTo(some.keySet().stream()
                            .skip(1)
                            .mapToLong(FileList.Entry::sizeBytes)
                            .sum());
        }
    }

    private static void requireFlipRefused(byte[] volume, Trust trust, int bit) {
        byte mask = (byte) (1 << bit % Byte.SIZE);
        volume[bit / Byte.SIZE] ^= mask;
        assertThatThrownBy(() -> read(volume, trust)).as("bit " + bit).isInstanceOf(BundleRefused.class);
        volume[bit / Byte.SIZE] ^= mask;
    }

    private static IntStream outsideContent(byte[] volume) {
        return IntStream.concat(
                IntStream.range(0, beginning(volume)), IntStream.range(volume.length - tail(volume), volume.length));
    }

    @Test
    void every_bit_of_beginning_and_end_counts() {
        Map<FileList.Entry, byte[]> few = files(900, 0);
        var one = VolumePlan.of(new FileList(new ArrayList<>(few.keySet())), SIZE);
        byte[] volume = written(few, one, one.mark(1), Optional.empty());
        outsideContent(volume)
                .forEach(at -> IntStream.range(0, Byte.SIZE)
                        .forEach(bit -> requireFlipRefused(volume, ANYBODY, at * Byte.SIZE + bit)));
    }

    @Test
    void every_byte_counts_where_they_are_signed() {
        Map<FileList.Entry, byte[]> few = files(900, 0);
        var one = VolumePlan.of(new FileList(new ArrayList<>(few.keySet())), SIZE);
        byte[] volume =
                written(few, one, one.mark(1), Optional.of(BundleSignature.by(pair.getPrivate(), pair.getPublic())));
        var random = new Random(37);
        outsideContent(volume)
                .forEach(at -> requireFlipRefused(volume, trusted(), at * Byte.SIZE + random.nextInt(Byte.SIZE)));
    }

    private static int at(byte[] volume, String path) {
        return IntStream.iterate(0, at -> at < volume.length, at -> at + BLOCK)
                .filter(at -> path.equals(TarHeader.named(Arrays.copyOfRange(volume, at, at + BLOCK))))
                .findFirst()
                .orElseThrow();
    }

    private static int beginning(byte[] volume) {
        return at(volume, "lading/export.json") + BLOCK;
    }

    private static int tail(byte[] volume) {
        return volume.length - at(volume, "lading/parts");
    }

    @Test
    void bits_of_pieces_count_though_the_list_does_not_say_what_they_are() {
        byte[] volume = signed(3);
        assertThat(plan.pieces()).anyMatch(piece -> piece.volume() == 3);
        var random = new Random(29);
        for (int i = 0; i < 500; i++) {
            requireFlipRefused(volume, trusted(), random.nextInt(volume.length * Byte.SIZE));
        }
    }

    @Test
    void one_that_is_cut_or_goes_on_is_refused() {
        byte[] volume = signed(1);
        IntStream.iterate(0, at -> at < volume.length, at -> at + 333)
                .forEach(at -> requireRefused(Arrays.copyOf(volume, at), trusted(), "cut"));
        requireRefused(Arrays.copyOf(volume, volume.length + 1), trusted(), "behind");
    }

    @Test
    void the_end_of_another_volume_or_none_is_refused() {
        byte[] volume = signed(1);
        byte[] other = signed(2);
        int content = volume.length - tail(volume);
        byte[] swapped = Arrays.copyOf(volume, content + tail(other));
        System.arraycopy(other, other.length - tail(other), swapped, content, tail(other));
        requireRefused(swapped, trusted(), "lading/parts");
        requireRefused(Arrays.copyOf(volume, content + 2 * BLOCK), trusted(), "lading/parts");
        byte[] unsignedEnd = unsigned(1);
        int end = tail(unsignedEnd);
        byte[] half = Arrays.copyOf(volume, content + end);
        System.arraycopy(unsignedEnd, unsignedEnd.length - end, half, content, end);
        assertThatThrownBy(() -> read(half, trusted())).isInstanceOf(BundleRefused.class);
    }

    @Test
    void a_number_or_size_that_the_list_does_not_give_is_refused() {
        for (VolumeMark wrong : List.of(
                new VolumeMark(plan.count() + 1, plan.count() + 1, SIZE),
                new VolumeMark(1, plan.count() + 1, SIZE),
                new VolumeMark(1, plan.count(), 10),
                new VolumeMark(1, plan.count(), SIZE * 4))) {
            byte[] volume = unsigned(1);
            byte[] text = wrong.text();
            int at = at(volume, "lading/volume");
            Arrays.fill(volume, at, at + 2 * BLOCK, (byte) 0);
            System.arraycopy(TarHeader.of("lading/volume", text.length), 0, volume, at, BLOCK);
            System.arraycopy(text, 0, volume, at + BLOCK, text.length);
            assertThatThrownBy(() -> read(volume, ANYBODY)).as(wrong.toString()).isInstanceOf(BundleRefused.class);
        }
    }

    @Test
    void sizes_that_are_too_small_are_refused_with_one_that_is_not() {
        assertThatThrownBy(() -> VolumePlan.of(list, 10))
                .isInstanceOf(BundleRefused.class)
                .satisfies(refused -> {
                    long least = Long.parseLong(refused.getMessage().replaceFirst(".*at least (\\d+) .*", "$1"));
                    assertThat(VolumePlan.of(list, least).count()).isPositive();
                });
        var large = new FileList(List.of(
                FileList.Entry.of("oci-layout", new byte[1]),
                FileList.Entry.blob(Digest.of(Digest.SHA256, new byte[1]), 1L << 40)));
        assertThatThrownBy(() -> VolumePlan.of(large, 1 << 20))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("more than 999");
    }
}
