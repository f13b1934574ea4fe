package dev.lading.content;

import static dev.lading.testing.Registry.byTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.blob.BlobKey;
import dev.lading.blob.BlobWriter;
import dev.lading.blob.Written;
import dev.lading.commit.Progress;
import dev.lading.content.RepairService.Report;
import dev.lading.history.row.ContentUnit;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A version's bytes are checked against its digests. */
public abstract class RepairContract extends ServiceContract {
    private Digest layer;
    private Digest config;
    private Digest large;

    private RepositoryId push() {
        layer = registry().pushBlob(APP, Bytes.random(300_000));
        config = registry().pushBlob(APP, Bytes.random(200));
        registry().push(APP, byTag("small"), Images.image(List.of(config, layer), "small"));
        large = registry()
                .push(APP, byTag("large"), Images.image(List.of(config), "x".repeat(400_000)))
                .digest();
        return registry().view(APP).repository();
    }

    private BlobKey key(Digest digest) {
        return registry().content.blob(digest).orElseThrow().key();
    }

    private void overwrite(Digest digest, byte[] content) throws IOException {
        try (BlobWriter writer = blobs().write(key(digest), Written.NOTHING)) {
            writer.write(content, 0, content.length);
            writer.commit();
        }
    }

    @Test
    void whole_bytes_are_no_news() throws IOException {
        RepositoryId app = push();
        assertThat(registry().repair.check(app, 2, true, Progress.NONE)).isEqualTo(new Report(4, List.of(), List.of()));
        assertThat(registry().repair.check(app, 0, true, Progress.NONE)).isEqualTo(new Report(0, List.of(), List.of()));
        assertThatThrownBy(() -> registry().repair.check(app, 9, true, Progress.NONE))
                .isInstanceOf(EntityUnknown.class);
    }

    @Test
    void missing_and_corrupted_bytes_are_reported() throws IOException {
        RepositoryId app = push();
        blobs().delete(key(config), Written.NOTHING);
        overwrite(layer, Bytes.random(300_000));
        overwrite(large, Bytes.random(10));
        Report report = registry().repair.check(app, 2, true, Progress.NONE);
        assertThat(report.missing()).extracting(ContentUnit::name).containsExactly(config.toString());
        assertThat(report.corrupted())
                .extracting(ContentUnit::name)
                .containsExactlyInAnyOrder(layer.toString(), large.toString());
        Report quick = registry().repair.check(app, 2, false, Progress.NONE);
        assertThat(quick.corrupted()).extracting(ContentUnit::name).containsExactly(large.toString());
    }
}
