package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lading.content.ManifestService;
import dev.lading.curation.StagingArea;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.BlobEntry;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.oci.Descriptor;
import dev.lading.oci.MediaType;
import dev.lading.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The log of a build, which the version that the build made keeps: as a referrer of the image, or of the index. */
public final class KeptBuildLog {
    private static final MediaType TYPE = new MediaType("application/vnd.dev.lading.build-log.v1");
    private static final MediaType TEXT = new MediaType("text/plain");

    /** The annotation with the task's id. */
    private static final String TASK = "dev.lading.build.task";

    private static final byte[] CUT = "# the log begins earlier: this is the last MiB of it\n".getBytes(UTF_8);

    /** The end of a log tells most, and every copy of the version has it. */
    private static final int MAX_BYTES = 1024 * 1024;

    /** Referrers of a version that are looked at. */
    private static final int MOST_REFERRERS = 20_000;

    private KeptBuildLog() {}

    /**
     * Stages the end of a log.
     *
     * @param built the image or the index that was built
     * @return the referrer's manifest, to be committed with what was built
     */
    public static Descriptor stage(StagingArea area, Descriptor built, TaskId task, Path log, Instant created)
            throws IOException {
        return new Referrer(TYPE, TEXT, end(log), Map.of(TASK, task.toString()), created, Optional.of("build.log"))
                .stage(area, built);
    }

    private static byte[] end(Path log) throws IOException {
        try (InputStream in = Files.newInputStream(log)) {
            long before = Math.max(0, Files.size(log) - MAX_BYTES);
            in.skipNBytes(before);
            byte[] end = in.readNBytes(MAX_BYTES);
            return before == 0 ? end : cut(end);
        }
    }

    /** From the first whole line on. */
    private static byte[] cut(byte[] end) {
        int line = 0;
        while (line < end.length && end[line] != '\n') {
            line++;
        }
        int from = line < end.length ? line + 1 : 0;
        byte[] whole = Arrays.copyOf(CUT, CUT.length + end.length - from);
        System.arraycopy(end, from, whole, CUT.length, end.length - from);
        return whole;
    }

    /** The log of a build in a version that has what it built; empty: it is not kept there. */
    public static Optional<BlobEntry> find(RepositoryView version, TaskId task, ManifestService manifests) {
        return version.stream(ReferrerEntry.TABLE)
                .limit(MOST_REFERRERS)
                .map(ReferrerEntry::descriptor)
                .filter(each -> each.artifactType().filter(TYPE.value()::equals).isPresent())
                .filter(each -> task.toString().equals(each.annotations().get(TASK)))
                .findFirst()
                .flatMap(found -> Referrer.content(version, found.digest(), manifests));
    }
}
