package dev.lading.operation.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.distribution.DistributionSettings;
import dev.lading.history.RepositoryView;
import dev.lading.history.VersionNote;
import dev.lading.history.row.ReferrerEntry;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RepositoryName;
import dev.lading.operation.build.BuildSecrets.Secret;
import dev.lading.task.Task;
import dev.lading.task.TaskId;
import dev.lading.task.TaskState;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What becomes of a builder's result. The real builder is met by e2e. */
class BuildTasksTest extends BuildTasksFixture {
    @Test
    void layers_of_a_base_are_its_own_and_others_are_compressed() throws Exception {
        Digest base = pushBase();
        builder.pulls = Optional.of(base);
        builder.images = List.of(image("amd64", BASE_TAR, OWN_TAR));

        Task built = build(order(Set.of("1", "latest"), List.of()));

        assertThat(built.state()).as(String.valueOf(built.error())).isEqualTo(TaskState.COMPLETED);
        assertThat(built.createdResources()).singleElement().asString().endsWith("/versions/1/");
        JsonNode manifest = manifest(registry.tag(APP, "1").orElseThrow());
        assertThat(registry.tag(APP, "latest")).isEqualTo(registry.tag(APP, "1"));
        assertThat(manifest.at("/layers/0/digest").asText())
                .isEqualTo(sha(BASE_LAYER).toString());
        assertThat(manifest.at("/layers/0/mediaType").asText()).isEqualTo(MediaType.OCI_LAYER_GZIP.value());
        try (InputStream own = new GZIPInputStream(
                read(Digest.parse(manifest.at("/layers/1/digest").asText())))) {
            assertThat(own.readAllBytes()).isEqualTo(OWN_TAR);
        }
        assertThat(manifest.at("/annotations/org.opencontainers.image.base.digest")
                        .asText())
                .isEqualTo(base.toString());
        assertThat(builder.removed).isEqualTo(1);
    }

    @Test
    void what_describes_an_image_comes_in_the_same_version() {
        builder.images = List.of(image("amd64", OWN_TAR), image("arm64", OWN_TAR));

        build(order(Set.of("1"), List.of("linux/amd64", "linux/arm64")));

        RepositoryView app = registry.view(APP);
        assertThat(app.version()).isEqualTo(1);
        assertThat(registry.versions.get(app.repository(), 1).note().map(VersionNote::text))
                .contains("Built by task " + builder.plans.getFirst().task());
        JsonNode index = manifest(registry.tag(APP, "1").orElseThrow());
        assertThat(index.at("/manifests/1/platform/architecture").asText()).isEqualTo("arm64");
        for (JsonNode child : index.path("manifests")) {
            List<ReferrerEntry> said = app.referrers(
                            Digest.parse(child.path("digest").asText()), Optional.empty(), 10)
                    .entries();
            assertThat(said).hasSize(1);
        }
    }

    @Test
    void the_same_again_makes_no_version_and_another_tag_does() {
        builder.images = List.of(image("amd64", OWN_TAR));
        build(order(Set.of("1"), List.of()));
        Digest first = registry.tag(APP, "1").orElseThrow();

        assertThat(build(order(Set.of("1"), List.of())).createdResources()).isEmpty();
        assertThat(registry.view(APP).version()).isEqualTo(1);

        build(order(Set.of("2"), List.of()));
        assertThat(registry.view(APP).version()).isEqualTo(2);
        assertThat(registry.tag(APP, "2")).contains(first);
    }

    @Test
    void a_failed_build_says_why_and_leaves_nothing() {
        builder.fails = Optional.of("the build failed: no such file");

        Task failed = build(order(Set.of("1"), List.of()));

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error()).contains("the build failed: no such file");
        assertThat(registry.view(APP).version()).isZero();
        assertThat(passes.find(builder.plans.getFirst().token())).isEmpty();
    }

    @Test
    void secrets_are_in_no_record_and_lost_with_the_process() {
        String key = secrets.keep(Map.of("token", new Secret("very secret".getBytes(UTF_8))));
        builder.images = List.of(image("amd64", OWN_TAR));
        TaskId task = start(order(Set.of("1"), List.of(), Optional.of(key)));
        assertThat(tasks.get(task).request().arguments()).doesNotContain("very secret", "dmVyeSBzZWNyZXQ");
        run(task);
        assertThat(builder.plans.getFirst().secrets()).containsOnlyKeys("token");

        TaskId after = start(order(Set.of("2"), List.of(), Optional.of(key)));
        run(after);
        assertThat(tasks.get(after).error())
                .contains("the server was restarted, and kept no secrets; start the build again");
    }

    @Test
    void the_cache_is_restricted_and_its_old_layers_go() {
        builder.images = List.of(image("amd64", OWN_TAR));
        build(order(Set.of("1"), List.of()));
        RepositoryName cache = BuildCache.nameOf(registry.view(APP).repository());
        assertThat(builder.plans.getFirst().cache()).contains(cache.value());
        assertThat(registry.distributions.findAt(cache))
                .get()
                .extracting(found -> found.settings())
                .matches(DistributionSettings::restricted);

        registry.pushImage(cache, "old");
        clock.advance(Duration.ofDays(29));
        registry.pushImage(cache, "newer");
        clock.advance(Duration.ofDays(2));
        build(order(Set.of("1"), List.of()));

        assertThat(registry.tags(cache)).containsExactly("newer");
    }

    @Test
    void a_context_that_was_staged_is_read() throws Exception {
        var area = registry.stagings.begin();
        Digest archive =
                area.blob(MediaType.OCTET_STREAM, "a tar".getBytes(UTF_8)).digest();
        builder.images = List.of(image("amd64", OWN_TAR));

        run(start(order(Set.of("1"), List.of(), Optional.empty(), Optional.of(archive), area)));

        var context = (BuildContext.Archive) builder.plans.getFirst().context();
        try (InputStream in = context.bytes().open()) {
            assertThat(in.readAllBytes()).isEqualTo("a tar".getBytes(UTF_8));
        }
    }
}
