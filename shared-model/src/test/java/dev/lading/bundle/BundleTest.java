package dev.lading.bundle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.tar.TarHeader;
import dev.lading.testing.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    private static final int BLOCK = 512;

    private final List<byte[]> files = List.of(
            "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8), Bytes.random(700), new byte[0], Bytes.random(BLOCK));
    private final FileList list = list(files);
    private final KeyPair pair = pair("Ed25519");

    private static FileList list(List<byte[]> files) {
        List<FileList.Entry> entries = new ArrayList<>();
        entries.add(FileList.Entry.of("oci-layout", files.getFirst()));
        files.stream()
                .skip(1)
                .map(bytes -> FileList.Entry.blob(Digest.of(Digest.SHA256, bytes), bytes.length))
                .forEach(entries::add);
        return new FileList(entries);
    }

    private static KeyPair pair(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static BundleKey key(KeyPair pair) {
        return BundleSignature.by(pair.getPrivate(), pair.getPublic());
    }

    private Trust trusted() {
        return new Trust(List.of(pair("EC").getPublic(), pair.getPublic()), false);
    }

    private static final Trust ANYBODY = new Trust(List.of(), true);

    private byte[] written(FileList what, List<byte[]> contents, Optional<BundleKey> by) {
        var out = new ByteArrayOutputStream();
        try (var writer = new BundleWriter(out, what, by)) {
            for (int i = 0; i < contents.size(); i++) {
                byte[] content = contents.get(i);
                writer.next(what.entries().get(i), (at, length) -> new ByteArrayInputStream(content));
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    @Test
    void a_run_goes_on_from_any_byte_and_opens_no_file_before_it() throws IOException {
        byte[] whole = signed();
        for (int from : new int[] {0, 1, 512, whole.length / 2, whole.length - 1, whole.length}) {
            var out = new ByteArrayOutputStream();
            try (var writer = new BundleWriter(new TailOutput(out, from), list, Optional.of(key(pair)))) {
                for (int i = 0; i < files.size(); i++) {
                    byte[] content = files.get(i);
                    var _ = writer.next(list.entries().get(i), (offset, length) -> {
                        assertThat(from).isLessThan(whole.length - BundleWriter.END);
                        return new ByteArrayInputStream(content);
                    });
                }
            }
            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(whole, from, whole.length));
        }
    }

    @Test
    void runs_whose_signatures_differ_make_one_bundle() throws IOException {
        KeyPair ecdsa = pair("EC");
        byte[] first = written(list, files, Optional.of(key(ecdsa)));
        byte[] second = written(list, files, Optional.of(key(ecdsa)));
        assertThat(second).isNotEqualTo(first).hasSameSizeAs(first);

        byte[] bundle = second.clone();
        System.arraycopy(first, 0, bundle, 0, first.length - BundleWriter.END - 1);
        assertThat(read(bundle, new Trust(List.of(ecdsa.getPublic()), false))).hasSameSizeAs(files);
    }

    private byte[] signed() {
        return written(list, files, Optional.of(key(pair)));
    }

    private static List<byte[]> read(byte[] bundle, Trust trust) throws IOException {
        return read(new ByteArrayInputStream(bundle), trust);
    }

    private static List<byte[]> read(InputStream bundle, Trust trust) throws IOException {
        var reader = new BundleReader(bundle, trust);
        List<byte[]> contents = new ArrayList<>();
        while (reader.hasNext()) {
            var content = new ByteArrayOutputStream();
            var _ = reader.next((bytes, count) -> content.write(bytes, 0, count));
            contents.add(content.toByteArray());
        }
        reader.end();
        return contents;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "EC"})
    void what_was_written_is_read_and_who_signed_it_is_known(String algorithm) throws IOException {
        KeyPair other = pair(algorithm);
        byte[] bundle = written(list, files, Optional.of(key(other)));
        var trust = new Trust(List.of(other.getPublic()), false);

        assertThat(new BundleReader(new ByteArrayInputStream(bundle), trust).signer())
                .contains(BundleSignature.name(other.getPublic()));
        assertThat(read(bundle, trust)).containsExactlyElementsOf(files);
        assertThat(read(trickling(bundle), trust)).containsExactlyElementsOf(files);
    }

    /** As a pipe may give it. */
    private static InputStream trickling(byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 7));
            }
        };
    }

    @Test
    void the_same_content_gives_the_same_bytes() {
        assertThat(signed()).isEqualTo(signed());
        assertThat(written(list, files, Optional.empty())).isEqualTo(written(list, files, Optional.empty()));
    }

    @Test
    void the_system_s_tar_reads_it() throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "--list", "--verbose", "--numeric-owner", "--utc")
                .redirectErrorStream(true)
                .start();
        try (var to = tar.getOutputStream()) {
            to.write(signed());
        }
        String said = new String(tar.getInputStream().readAllBytes(), UTF_8);

        assertThat(tar.waitFor()).as(said).isZero();
        assertThat(said.lines())
                .hasSize(2 + files.size())
                .allMatch(line -> line.startsWith("-rw-r--r-- 0/0 ") && line.contains("1970-01-01 00:00"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 511, 512, (1L << 33) - 1, 1L << 33, 5L << 40})
    void any_size_has_one_header_whose_checksum_holds(long size) {
        byte[] header = TarHeader.of("blobs/sha256/" + "a".repeat(64), size);

        int sum = 0;
        for (int at = 0; at < header.length; at++) {
            sum += at >= 148 && at < 156 ? ' ' : Byte.toUnsignedInt(header[at]);
        }
        assertThat(new String(header, 148, 6, US_ASCII)).isEqualTo("%06o".formatted(sum));
    }

    @Test
    void a_bit_that_flips_anywhere_is_found() {
        byte[] bundle = signed();
        var random = new Random(17);
        for (int i = 0; i < 1000; i++) {
            int bit = random.nextInt(bundle.length * Byte.SIZE);
            byte[] flipped = bundle.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> read(flipped, trusted())).as("bit " + bit).isInstanceOf(BundleRefused.class);
        }
    }

    @Test
    void without_a_signature_too() {
        byte[] bundle = written(list, files, Optional.empty());
        var random = new Random(18);
        for (int i = 0; i < 1000; i++) {
            int bit = random.nextInt(bundle.length * Byte.SIZE);
            byte[] flipped = bundle.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> read(flipped, ANYBODY)).as("bit " + bit).isInstanceOf(BundleRefused.class);
        }
    }

    @Test
    void a_bundle_that_is_cut_anywhere_is_refused() {
        byte[] bundle = signed();
        IntStream.iterate(0, at -> at < bundle.length, at -> at + 101)
                .forEach(at -> assertThatThrownBy(() -> read(Arrays.copyOf(bundle, at), trusted()))
                        .as("cut at " + at)
                        .isInstanceOf(BundleRefused.class));
    }

    @Test
    void nothing_may_come_behind_it() {
        byte[] bundle = signed();
        assertThatThrownBy(() -> read(Arrays.copyOf(bundle, bundle.length + 1), trusted()))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("behind");
    }

    @Test
    void whom_nobody_trusts_is_refused_before_a_file_is_read() {
        byte[] bundle = signed();
        var others = new Trust(List.of(pair("Ed25519").getPublic()), true);

        assertThatThrownBy(() -> new BundleReader(new ByteArrayInputStream(bundle), others))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("not trusted")
                .hasMessageContaining(BundleSignature.name(pair.getPublic()));
        byte[] unsigned = written(list, files, Optional.empty());
        assertThatThrownBy(() -> read(unsigned, trusted()))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("not signed");
    }

    @Test
    void a_signature_of_another_bundle_is_refused() throws IOException {
        List<byte[]> others = List.of(files.getFirst(), Bytes.random(20));
        BundleSignature signature = key(pair).sign(list(others).text());
        byte[] bundle = written(list, files, Optional.of(text -> signature));

        assertThatThrownBy(() -> read(bundle, trusted()))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("not what was signed");
    }

    @Test
    void stored_bytes_that_are_not_theirs_end_the_export() {
        var out = new ByteArrayOutputStream();
        for (byte[] wrong : List.of(new byte[files.get(1).length], Bytes.random(3))) {
            assertThatThrownBy(() -> {
                        try (var writer = new BundleWriter(out, list, Optional.empty())) {
                            writer.next(
                                    list.entries().getFirst(),
                                    (at, length) -> new ByteArrayInputStream(files.getFirst()));
                            writer.next(list.entries().get(1), (at, length) -> new ByteArrayInputStream(wrong));
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(list.entries().get(1).digest().hex());
        }
    }

    /** Lists that nobody of us writes, with what is said of them. */
    static List<List<String>> lists() {
        String hex = "a".repeat(64);
        String digest = "sha256:" + hex;
        return List.of(
                List.of(digest + " 1 ../etc/passwd\n", "../etc/passwd"),
                List.of(digest + " 1 /etc/passwd\n", "/etc/passwd"),
                List.of(digest + " 1 blobs/sha256/../../x\n", "no bundle has a file"),
                List.of(digest + " 1 blobs/sha256/" + "b".repeat(64) + "\n", "another digest"),
                List.of(digest + " 1 blobs/sha256/" + hex.toUpperCase(java.util.Locale.ROOT) + "\n", "no bundle has"),
                List.of(digest + " 1 oci-layout\n" + digest + " 1 oci-layout\n", "twice"),
                List.of(digest + " 1 oci-layout\n" + digest + " 1 OCI-LAYOUT\n", "no bundle has"),
                List.of(digest + " 01 oci-layout\n", "a line that is none"),
                List.of(digest + " -1 oci-layout\n", "a line that is none"),
                List.of(digest + " 9999999999999999 oci-layout\n", "larger"),
                List.of(digest + " 99999999999999999999 oci-layout\n", "a line that is none"),
                List.of("sha512:" + hex + hex + " 1 oci-layout\n", "a line that is none"),
                List.of(digest + " 1 oci-layout", "in the middle of a line"),
                List.of(digest + " 1 oci-layout\r\n", "a line that is none"),
                List.of(digest + " 1 oci-layout\r" + digest + " 1 index.json\n", "a line that is none"),
                List.of(digest + " 1 oci-layout\n\n", "a line that is none"),
                List.of(digest + " 1 oci-l\u00e4yout\n", "no bundle has"),
                // A twin by Unicode, decomposed and of another width.
                List.of(digest + " 1 oci-layout\n" + digest + " 1 oci-la\u0308yout\n", "no bundle has"),
                List.of(digest + " 1 oci-layout\n" + digest + " 1 \uff4fci-layout\n", "no bundle has"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void a_list_that_names_anything_else_is_refused_whoever_signed_it(List<String> hostile) {
        byte[] text = hostile.getFirst().getBytes(UTF_8);
        var out = new ByteArrayOutputStream();
        out.writeBytes(TarHeader.of("lading/checksums", text.length));
        out.writeBytes(text);
        out.writeBytes(new byte[TarHeader.padding(text.length)]);
        byte[] signature = key(pair).sign(text).text();
        out.writeBytes(TarHeader.of("lading/checksums.sig", signature.length));
        out.writeBytes(signature);
        out.writeBytes(new byte[TarHeader.padding(signature.length)]);

        assertThatThrownBy(() -> new BundleReader(new ByteArrayInputStream(out.toByteArray()), trusted()))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining(hostile.getLast());
    }

    /** Headers that other archives have where a file of the list must stand. */
    static List<byte[]> headers() {
        byte[] real = TarHeader.of("oci-layout", 30);
        return List.of(
                typed(real, '5'),
                typed(real, '2'),
                typed(real, '1'),
                typed(real, '3'),
                typed(real, 'S'),
                typed(real, 'x'),
                typed(real, 'g'),
                typed(real, 'L'),
                typed(real, '\0'),
                TarHeader.of("oci-layout", 29),
                TarHeader.of("OCI-layout", 30),
                TarHeader.of("./oci-layout", 30),
                new byte[BLOCK]);
    }

    /** With a checksum that holds. */
    private static byte[] typed(byte[] header, char type) {
        byte[] typed = header.clone();
        int sum = Integer.parseInt(new String(header, 148, 6, US_ASCII), 8) - header[156] + type;
        System.arraycopy("%06o".formatted(sum).getBytes(US_ASCII), 0, typed, 148, 6);
        typed[156] = (byte) type;
        return typed;
    }

    @ParameterizedTest
    @MethodSource("headers")
    void a_link_a_device_an_override_or_any_other_entry_is_refused(byte[] header) {
        byte[] bundle = signed();
        int at = IntStream.iterate(0, each -> each + BLOCK)
                .filter(each ->
                        Arrays.equals(Arrays.copyOfRange(bundle, each, each + BLOCK), TarHeader.of("oci-layout", 30)))
                .findFirst()
                .orElseThrow();
        System.arraycopy(header, 0, bundle, at, BLOCK);

        assertThatThrownBy(() -> read(bundle, trusted()))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("oci-layout");
    }

    @Test
    void files_in_another_order_or_twice_are_refused() {
        List<byte[]> same = List.of(Bytes.random(600), Bytes.random(600));
        FileList two = list(List.of(files.getFirst(), same.getFirst(), same.getLast()));
        byte[] bundle =
                written(two, List.of(files.getFirst(), same.getFirst(), same.getLast()), Optional.of(key(pair)));
        int file = BLOCK + 2 * BLOCK;
        int end = bundle.length - 2 * BLOCK;
        byte[] swapped = bundle.clone();
        System.arraycopy(bundle, end - file, swapped, end - 2 * file, file);
        System.arraycopy(bundle, end - 2 * file, swapped, end - file, file);
        byte[] repeated = bundle.clone();
        System.arraycopy(bundle, end - 2 * file, repeated, end - file, file);

        for (byte[] hostile : List.of(swapped, repeated)) {
            assertThatThrownBy(() -> read(hostile, trusted()))
                    .isInstanceOf(BundleRefused.class)
                    .hasMessageContaining("must stand");
        }
    }

    @Test
    void a_list_longer_than_any_is_refused_before_it_is_read() {
        int most = FileList.MAX_BYTES;
        byte[] header = TarHeader.of("lading/checksums", most + 1L);
        var in = new ByteArrayInputStream(Arrays.copyOf(header, 100 * BLOCK));

        assertThatThrownBy(() -> new BundleReader(in, ANYBODY))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("no bundle");
        assertThat(in.available()).isGreaterThanOrEqualTo(98 * BLOCK);
    }

    @Test
    void one_bundle_s_content_under_another_s_list_is_refused() {
        List<byte[]> others = List.of(files.getFirst(), Bytes.random(700), new byte[0], Bytes.random(BLOCK));
        byte[] foreign = written(list(others), others, Optional.of(key(pair)));
        byte[] bundle = signed();
        int content = 2 * BLOCK + 3 * BLOCK;
        System.arraycopy(foreign, foreign.length - content, bundle, bundle.length - content, content);

        assertThatThrownBy(() -> read(bundle, trusted())).isInstanceOf(BundleRefused.class);
    }
}
