package dev.lading.repository;

import static dev.lading.testing.Registry.byDigest;
import static dev.lading.testing.Registry.byTag;
import static dev.lading.testing.Together.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.content.ManifestService.Pushed;
import dev.lading.history.Repository;
import dev.lading.history.row.RepositoryId;
import dev.lading.metadata.Condition;
import dev.lading.metadata.Write;
import dev.lading.oci.Digest;
import dev.lading.oci.RegistryException.NameUnknown;
import dev.lading.oci.RegistryException.StoreBusy;
import dev.lading.oci.RepositoryName;
import dev.lading.testing.Images;
import dev.lading.testing.Registry;
import dev.lading.testing.ServiceContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Versions never change, are gapless, and lose no concurrent push. */
public abstract class VersionContract extends ServiceContract {
    private static final int THREADS = 16;
    private static final int TAGS = 64;

    @Test
    void pushes_at_once_from_two_processes_lose_no_tag_and_leave_no_gap() {
        List<Registry> processes = List.of(registry(), newRegistry(metadata()));
        byte[] image = Images.image(registry().holdBlobs(APP, 3), "shared");
        Map<String, Long> versions = new ConcurrentHashMap<>();
        together(THREADS, thread -> {
            for (int i = thread; i < TAGS; i += THREADS) {
                Registry process = processes.get(thread % processes.size());
                versions.put("t" + i, process.push(APP, byTag("t" + i), image).version());
            }
        });
        assertThat(registry().tags(APP))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, TAGS).mapToObj(i -> "t" + i).toList());
        assertThat(registry().versions(APP))
                .isEqualTo(LongStream.rangeClosed(0, TAGS).boxed().toList());
        assertThat(versions.values()).doesNotHaveDuplicates();
        versions.forEach((tag, version) -> {
            assertThat(registry().tag(registry().pin(APP, version), tag)).isPresent();
            assertThat(registry().tag(registry().pin(APP, version - 1), tag)).isEmpty();
        });
    }

    @Test
    void a_new_repository_has_the_empty_version_0() {
        registry().repositories.getOrCreate(APP);
        assertThat(registry().versions(APP)).containsExactly(0L);
        assertThat(registry().tags(APP)).isEmpty();
    }

    @Test
    void one_name_made_at_once_is_one_repository() {
        Map<RepositoryId, Integer> ids = new ConcurrentHashMap<>();
        together(THREADS, thread -> ids.put(newRegistry(metadata()).repositories.getOrCreate(APP), thread));
        assertThat(ids).hasSize(1);
    }

    @Test
    void an_unknown_name_is_no_repository() {
        assertThat(registry().repositories.find(APP)).isEmpty();
        assertThatThrownBy(() -> registry().view(APP)).isInstanceOf(NameUnknown.class);
    }

    @Test
    void a_version_shows_the_same_whatever_comes_later() {
        List<Digest> pushed = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            pushed.add(registry().pushImage(APP, "moving").digest());
        }
        registry().pushImage(APP, "added-later");
        registry().manifests.delete(APP, byTag("moving"));
        for (int i = 1; i <= 12; i++) {
            RepositoryName then = registry().pin(APP, i);
            assertThat(registry().tag(then, "moving")).contains(pushed.get(i - 1));
            assertThat(registry().tags(then)).containsExactly("moving");
            assertThat(registry().hasManifest(then, byDigest(pushed.get(i - 1))))
                    .isTrue();
        }
        assertThat(registry().tags(registry().pin(APP, 0))).isEmpty();
        assertThat(registry().tags(APP)).containsExactly("added-later");
    }

    @Test
    void a_deleted_manifest_stays_in_older_versions() {
        Pushed pushed = registry().pushImage(APP, "tag");
        registry().manifests.delete(APP, byDigest(pushed.digest()));
        RepositoryName then = registry().pin(APP, pushed.version());
        assertThat(registry().hasManifest(then, byTag("tag"))).isTrue();
        assertThat(registry().hasManifest(APP, byDigest(pushed.digest()))).isFalse();
    }

    @Test
    void pushing_what_is_there_makes_no_version() {
        byte[] image = Images.image(registry().holdBlobs(APP, 2), "same");
        long first = registry().push(APP, byTag("tag"), image).version();
        assertThat(registry().push(APP, byTag("tag"), image).version()).isEqualTo(first);
        assertThat(registry().versions(APP)).containsExactly(0L, 1L);
    }

    @Test
    void a_pinned_name_stays_where_it_is() {
        registry().pushImage(APP, "one");
        RepositoryName pinned = registry().pin(APP, 1);
        registry().pushImage(APP, "two");
        assertThat(registry().tags(pinned)).containsExactly("one");
        assertThat(registry().tags(APP)).containsExactly("one", "two");
    }

    @Test
    void waiting_for_another_writer_ends_in_busy() {
        RepositoryId id = registry().repositories.getOrCreate(APP);
        byte[] image = Images.image(registry().holdBlobs(APP, 1), "waits");
        lease(id, Duration.ofMinutes(5));
        clock.advanceAtEveryLook(Duration.ofSeconds(3));
        assertThatThrownBy(() -> registry().push(APP, byTag("tag"), image))
                .isInstanceOfSatisfying(
                        StoreBusy.class, busy -> assertThat(busy.retryAfter()).isPositive());
        assertThat(registry().versions(APP)).containsExactly(0L);
    }

    @Test
    void reads_go_on_while_another_writer_has_the_lease() {
        registry().pushImage(APP, "tag");
        lease(registry().view(APP).repository(), Duration.ofMinutes(5));
        assertThat(registry().hasManifest(APP, byTag("tag"))).isTrue();
        assertThat(registry().tags(APP)).containsExactly("tag");
    }

    private void lease(RepositoryId id, Duration life) {
        Repository head = metadata().get(Repository.TABLE, Repository.key(id)).orElseThrow();
        Repository leased = head.leased(clock.instant().plus(life));
        assertThat(metadata().write(Write.put(Repository.TABLE, leased, Condition.unchanged(head))))
                .isTrue();
    }
}
