package dev.lading.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.history.row.TagEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.sync.Misbehaviour.Outcome;
import dev.lading.sync.Misbehaviour.Scene;
import dev.lading.sync.run.SyncRequest;
import dev.lading.task.ProgressReport;
import dev.lading.task.Task;
import dev.lading.task.TaskState;
import dev.lading.testing.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How mirrors react to upstreams' faults: each row is tried, and written into {@code docs/mirrors.md}. */
public abstract class MirrorTableContract extends SyncFixture {
    private static final Path TABLE = Path.of("../../docs/mirrors.md");

    /** Writes the table in place of comparing it. */
    private static final String WRITE = "mirrors.write";

    private static final String HEAD = """
            # What a mirror makes of an upstream that does wrong

            Written by `MirrorTableContract`, which tries every row against an upstream over real HTTP; to write it
            anew:

            ```
            mvn -pl functions/server -am test -Dtest='EmbeddedSyncTest*' \\
              -Dsurefire.failIfNoSpecifiedTests=false -D%s=true
            ```

            The upstream has new and moved tags, and one less, when it does what a row says; the sync is one with
            `mirror`. *Kept*: the repository becomes as the upstream is. *Left out*: it does, but for what the task's
            report `sync.left_out` names; what is held of that stays. *Failed*: nothing changes, and the task's error is
            the sentence. What fails a sync or is left out fails or is left out again in the next one until the upstream
            is mended or the remote's filters name it no more; with `strict` of the remote nothing is left out. A
            failure that passes is asked for again, for `max_retries` times.
            """.formatted(WRITE);

    private final List<String> wrong = new ArrayList<>();
    private int number;

    private static Map<String, List<Misbehaviour>> sections() {
        Map<String, List<Misbehaviour>> sections = new LinkedHashMap<>();
        sections.put("In place of a list of tags", ListRows.noLists());
        sections.put("A list that names nothing", ListRows.emptyLists());
        sections.put("Pages of a list", ListRows.links());
        sections.put("Names in a list", ListRows.names());
        sections.put("Answers for a manifest", ManifestRows.answers());
        sections.put("What a manifest is", ManifestRows.documents());
        sections.put("Manifests of an index", ManifestRows.indexes());
        sections.put("Signatures and referrers", OtherRows.companions());
        sections.put("Blobs of an image", OtherRows.blobs());
        sections.put("Blobs of signatures and referrers", OtherRows.companionsBlobs());
        sections.put("Tokens", OtherRows.tokens());
        return sections;
    }

    @Test
    void every_row_goes_as_the_table_says() {
        var table = new StringBuilder(HEAD);
        sections().forEach((title, rows) -> {
            table.append("\n## ").append(title).append("\n\n| The upstream has | The mirror |\n|---|---|\n");
            rows.forEach(row -> table.append("| ")
                    .append(cell(row.what()))
                    .append(" | ")
                    .append(cell(outcome(row)))
                    .append(" |\n"));
        });
        assertThat(wrong).isEmpty();
        compare(table.toString());
    }

    private String outcome(Misbehaviour row) {
        try {
            return tried(row);
        } catch (AssertionError e) {
            wrong.add(row.what() + ": " + e.getMessage());
            return "";
        }
    }

    private static void compare(String found) {
        try {
            if (Boolean.getBoolean(WRITE)) {
                Files.writeString(TABLE, found);
            }
            assertThat(found)
                    .as("%s does not say what was found; run this test with -D%s=true to write it anew", TABLE, WRITE)
                    .isEqualTo(Files.readString(TABLE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    /** The outcome of a row, in a sentence. */
    private String tried(Misbehaviour row) {
        upstream.heal();
        upstream.forgetEverything();
        RepositoryName name = new RepositoryName("row/" + ++number);
        SyncRequest request = request(name, row.remote().apply(remote()));
        Scene scene = scene(request);
        Set<String> before = new TreeSet<>(tags(name));
        row.begin().accept(scene);

        Task task = sync(row.request().apply(mirroring(request)));

        requireState(row, task);
        Set<String> after = row.outcome() == Outcome.FAILED ? before : expected(row, scene);
        assertThat(tags(name)).as(row.what()).containsExactlyElementsOf(after);
        view(name).stream(TagEntry.TABLE)
                .forEach(tag -> requireWhole(name, tag.digest().orElseThrow()));
        String sentence = told(sentence(row, task));
        row.words().forEach(word -> assertThat(sentence).as(row.what()).contains(word));
        return sentence;
    }

    /** Syncs once, then changes the upstream. */
    private Scene scene(SyncRequest request) {
        Digest v1 = image("v1", Bytes.random(20), Bytes.random(30));
        image("v2", Bytes.random(20));
        Digest child = image("", Bytes.random(20));
        upstream.untag("");
        Digest index = upstream.manifest(UpstreamImages.index(Map.of("linux/amd64", child)), "multi");
        byte[] sbom = Bytes.random(20);
        upstream.blob(sbom);
        Digest referrer = upstream.manifest(UpstreamImages.referrer(List.of(sbom), "application/spdx+json", v1));
        var scene = new Scene(upstream, v1, v1, index, child, referrer);
        image(scene.signature(), Bytes.random(20));
        completed(request);
        upstream.untag("v2");
        return new Scene(upstream, v1, image("v3", Bytes.random(20)), index, child, referrer);
    }

    private static Set<String> expected(Misbehaviour row, Scene scene) {
        Set<String> tags = new TreeSet<>(List.of("v1", "v3", "multi", scene.signature()));
        row.gone().forEach(tag -> tags.remove(tag.equals("SIGNATURE") ? scene.signature() : tag));
        tags.addAll(row.extra());
        return tags;
    }

    private static void requireState(Misbehaviour row, Task task) {
        assertThat(task.state())
                .as("%s: %s %s", row.what(), task.error(), task.progress())
                .isEqualTo(row.outcome() == Outcome.FAILED ? TaskState.FAILED : TaskState.COMPLETED);
        assertThat(leftOut(task).isPresent()).as(row.what()).isEqualTo(row.outcome() == Outcome.LEFT_OUT);
    }

    private static Optional<ProgressReport> leftOut(Task task) {
        return task.progress().stream()
                .filter(report -> report.code().equals("sync.left_out"))
                .findFirst();
    }

    private static String sentence(Misbehaviour row, Task task) {
        return switch (row.outcome()) {
            case KEPT -> "Kept.";
            case LEFT_OUT -> leftOut(task).orElseThrow().message();
            case FAILED -> "Failed: " + task.error().orElseThrow();
        };
    }

    /** Removes what differs from run to run. */
    private String told(String sentence) {
        return sentence.replaceFirst("; referrers of manifest .*", "; and so on")
                .replace(upstream.authority(), "registry.example")
                .replaceAll("sha(256|512)([:-])[0-9a-f]{64,128}", "sha$1$2…");
    }
}
