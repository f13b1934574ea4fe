package dev.lading.bundle.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.document.DocumentEntry.BlobChange;
import dev.lading.bundle.document.DocumentEntry.ManifestChange;
import dev.lading.bundle.document.DocumentEntry.OfDistribution;
import dev.lading.bundle.document.DocumentEntry.OfRepository;
import dev.lading.bundle.document.DocumentEntry.OfVersion;
import dev.lading.bundle.document.DocumentEntry.Omitted;
import dev.lading.bundle.document.DocumentEntry.TagChange;
import dev.lading.bundle.document.DocumentEntry.Why;
import dev.lading.history.VersionNote;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Labels;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentTest {
    private static final Digest A = new Digest(Digest.SHA256, "a".repeat(64));
    private static final Digest B = new Digest(Digest.SHA256, "b".repeat(64));
    private static final RepositoryId ID = new RepositoryId(new UUID(1, 2));
    private static final DocumentHead HEAD = new DocumentHead(
            Instant.parse("2026-11-29T08:00:00.123Z"),
            new DocumentHead.Source(Optional.of("5f"), Optional.of("https://registry.example:8443")));

    private static OfRepository repository(String name, Optional<Long> from, long to) {
        return new OfRepository(ID, name, Optional.empty(), Labels.NONE, from, to);
    }

    private static OfVersion version(long number) {
        return new OfVersion(number, HEAD.created(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static OfDistribution distribution(String name, String path) {
        return new OfDistribution(
                name, new RepositoryName(path), "app", Optional.empty(), true, Optional.empty(), Labels.NONE);
    }

    private static List<DocumentEntry> all() {
        Map<String, String> labels = new HashMap<>(Map.of("team", "a\"b", "empty", ""));
        labels.put("none", null);
        return List.of(
                new OfRepository(ID, "app \u00e9", Optional.of("What\nit is"), new Labels(labels), Optional.of(3L), 7),
                new OfVersion(
                        5,
                        HEAD.created(),
                        Optional.of(2L),
                        Optional.of(new VersionNote("from 'old'")),
                        Optional.empty()),
                new ManifestChange(A, MediaType.OCI_MANIFEST, 400, Optional.of(B), false),
                new ManifestChange(B, MediaType.DOCKER_LIST, 500, Optional.empty(), true),
                new BlobChange(A, 0, false),
                new BlobChange(B, 5L << 40, true),
                new TagChange(new Tag("latest"), Optional.of(A)),
                new TagChange(new Tag("old"), Optional.empty()),
                version(7),
                new BlobChange(A, 0, true),
                repository("app", Optional.empty(), 0),
                version(0),
                new OfDistribution(
                        "app",
                        new RepositoryName("team/app"),
                        "app",
                        Optional.of(0L),
                        false,
                        Optional.of("text"),
                        new Labels(labels)),
                distribution("other", "team/other"),
                new Omitted(B, 70_000, Why.BASE),
                new Omitted(A, 1, Why.MISSING));
    }

    private static byte[] written(List<? extends DocumentEntry> entries) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var writer = new DocumentWriter(out, HEAD)) {
            for (DocumentEntry entry : entries) {
                writer.write(entry);
            }
        }
        return out.toByteArray();
    }

    private static List<DocumentEntry> read(byte[] document) throws IOException {
        var reader = new DocumentReader(new ByteArrayInputStream(document));
        assertThat(reader.head()).isEqualTo(HEAD);
        List<DocumentEntry> entries = new ArrayList<>();
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            entries.add(next.get());
        }
        return entries;
    }

    @Test
    void what_was_written_is_read_and_written_again_the_same() throws IOException {
        byte[] document = written(all());

        assertThat(read(document)).isEqualTo(all());
        assertThat(written(read(document))).isEqualTo(document);
        assertThat(new String(document, UTF_8).lines())
                .first()
                .isEqualTo("{\"format\":1,\"created\":\"2026-11-29T08:00:00.123Z\","
                        + "\"source\":{\"id\":\"5f\",\"url\":\"https://registry.example:8443\"},\"entries\":[");
        assertThat(new String(document, UTF_8))
                .contains("\n{\"tag\":{\"tag\":\"latest\",\"digest\":\"" + A + "\"}},\n")
                .contains("\n{\"blob\":{\"digest\":\"" + B + "\",\"size\":5497558138880,\"removed\":true}},\n")
                .contains("\n{\"omitted\":{\"digest\":\"" + B + "\",\"size\":70000,\"why\":\"base\"}},\n");
    }

    @Test
    void a_document_of_nothing_is_one() throws IOException {
        assertThat(read(written(List.of()))).isEmpty();
    }

    /** Texts that stand in a document, what stands there instead, and what is said of it. */
    static Stream<List<String>> texts() {
        String many = String.join("", Collections.nCopies(300, "x"));
        return Stream.of(
                List.of("\"format\":1", "\"format\":2", "format 2"),
                List.of("\"format\":1", "\"format\":1e0", "format"),
                List.of("\"format\":1,", "", "'created'"),
                List.of("\"format\":1", "\"format\":1,\"x\":2", "'x'"),
                List.of("\"created\":\"2026", "\"created\":\"x2026", "not written as"),
                List.of("\"url\":\"https", "\"url\":\"\\nhttps", "not written as"),
                List.of("\"id\":\"5f\"", "\"id\":5", "not written as"),
                List.of("{\"version\":", "{\"release\":", "not written as"),
                List.of("\"number\":5", "\"number\":-5", "not written as"),
                List.of("\"number\":5", "\"number\":9999999999", "not written as"),
                List.of("\"number\":5", "\"number\":5.5", "not written as"),
                List.of("\"number\":5", "\"number\":\"5\"", "not written as"),
                List.of("\"number\":5", "\"number\":5,\"number\":6", "not written as"),
                List.of("\"number\":5", "\"number\":3", "version 3 of 'app \u00e9' is not between 3 and 7"),
                List.of("\"number\":5", "\"number\":8", "not between"),
                List.of("\"number\":7", "\"number\":6", "does not come to its version 7"),
                List.of("\"number\":5,", "", "not written as"),
                List.of("\"name\":\"app\",\"to\"", "\"name\":\"app \u00e9\",\"to\"", "twice"),
                List.of("\"name\":\"app\"", "\"name\":\"" + many + "\"", "not written as"),
                List.of("\"note\":\"from", "\"note\":\"\\nfrom", "not written as"),
                List.of("\"note\":\"from", "\"note\":\"" + many, "not written as"),
                List.of("\"tag\":\"old\"", "\"tag\":\"../old\"", "not written as"),
                List.of("\"tag\":\"old\"", "\"tag\":\"latest\"", "changes 'latest' twice"),
                List.of("\"tag\":\"old\"", "\"tag\":\"old\",\"x\":1", "not written as"),
                List.of("\"tag\":\"old\"", "\"tag\":null", "not written as"),
                List.of("\"size\":400", "\"size\":-1", "not written as"),
                List.of("\"size\":400", "\"size\":null", "not written as"),
                List.of("\"size\":400,", "", "not written as"),
                List.of(
                        "application/vnd.oci.image.manifest.v1+json",
                        "application/vnd.docker.distribution.manifest.v1+json",
                        "not written as"),
                List.of("sha256:aaaa", "sha256:AAAA", "not written as"),
                List.of("\"repository\":\"app\"", "\"repository\":\"b\"", "a repository that is not there"),
                List.of("\"basePath\":\"team/app\"", "\"basePath\":\"team/../app\"", "not written as"),
                List.of("\"basePath\":\"team/app\"", "\"basePath\":\"team/other\"", "base path 'team/other' is there"),
                List.of("\"private\":true", "\"private\":null", "not written as"),
                List.of(",\"private\":true", "", "not written as"),
                List.of("\"why\":\"base\"", "\"why\":\"else\"", "not written as"),
                List.of("\n]}", ",null]}", "'entries'"),
                List.of("\n]}", "]}}", "not written as"),
                List.of("\n]}", "],\"x\":1}", "not written as"),
                List.of("\n]}", "", "not written as"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void what_this_format_does_not_have_is_refused(List<String> change) throws IOException {
        String document = new String(written(all()), UTF_8);
        int at = document.lastIndexOf(change.getFirst());
        assertThat(at).as(document).isPositive();
        String changed = document.substring(0, at)
                + change.get(1)
                + document.substring(at + change.getFirst().length());

        assertThatThrownBy(() -> read(changed.getBytes(UTF_8)))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining(change.getLast());
    }

    /** Entries in an order that no document has. */
    static Stream<List<DocumentEntry>> orders() {
        OfRepository app = repository("app", Optional.empty(), 0);
        return Stream.of(
                List.of(version(0)),
                List.of(app),
                List.of(app, new TagChange(new Tag("a"), Optional.empty()), version(0)),
                List.of(app, version(0), distribution("a", "a"), version(0)),
                List.of(app, version(0), distribution("a", "a"), new BlobChange(A, 0, false)),
                List.of(app, version(0), distribution("a", "a"), repository("b", Optional.of(0L), 0)),
                List.of(app, version(0), distribution("a", "a"), distribution("a", "b")),
                List.of(app, version(0), new Omitted(A, 0, Why.BASE), distribution("a", "a")),
                List.of(app, version(0), new Omitted(A, 0, Why.BASE), new Omitted(A, 0, Why.MISSING)));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void entries_come_in_one_order(List<DocumentEntry> entries) {
        assertThatThrownBy(() -> written(entries))
                .isInstanceOf(BundleRefused.class)
                .hasMessageStartingWith("lading/export.json: ");
    }

    @Test
    void there_are_so_many_and_no_more() throws IOException {
        int most = DocumentRules.MAX_VERSIONS;
        List<DocumentEntry> entries = new ArrayList<>(List.of(repository("app", Optional.empty(), most)));
        entries.addAll(
                LongStream.rangeClosed(1, most).mapToObj(DocumentTest::version).toList());
        assertThat(read(written(entries))).hasSize(1 + most);

        entries.add(1, version(0));
        assertThatThrownBy(() -> written(entries))
                .isInstanceOf(BundleRefused.class)
                .hasMessageContaining("more than " + most + " versions");
    }

    @Test
    void it_is_read_as_a_stream_of_so_many_bytes_and_no_more() {
        byte[] head = "{\"format\":1,\"created\":\"2026-11-29T08:00:00Z\",\"source\":{},\"entries\":[".getBytes(UTF_8);
        var endless = new SequenceInputStream(new ByteArrayInputStream(head), new Blanks());

        assertThatThrownBy(() -> new DocumentReader(endless).next()).isInstanceOf(BundleRefused.class);
    }

    /** More blanks than a document may have bytes. */
    private static final class Blanks extends InputStream {
        private long read;

        @Override
        public int read() {
            return read(new byte[1], 0, 1) < 0 ? -1 : ' ';
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            Arrays.fill(buffer, offset, offset + length, (byte) ' ');
            read += length;
            assertThat(read).isLessThanOrEqualTo(DocumentRules.MAX_BYTES);
            return length;
        }
    }
}
