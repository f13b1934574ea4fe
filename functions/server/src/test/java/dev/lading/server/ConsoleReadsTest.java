package dev.lading.server;

import static dev.lading.server.PulpClient.REPOSITORIES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.content.ManifestService;
import dev.lading.oci.MediaType;
import dev.lading.oci.Reference;
import dev.lading.oci.RepositoryName;
import dev.lading.oci.Tag;
import dev.lading.testing.WatchedMetadataStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads of the console's pages of images, and of those that begin a visit, over a repository as they come to be. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
@TestProfile(ReadBudgetTest.Counting.class)
class ConsoleReadsTest {
    private static final String NAME = "ui-large";
    private static final int VERSIONS = 500;
    private static final int TAGS_IN_VERSION = 20;
    private static final int TRIES = 3;

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();

    @Inject
    WatchedMetadataStore store;

    @Inject
    ManifestService manifests;

    /** The fewest reads of some tries, since others read as well. */
    private int reads(ConsoleClient who, String path) {
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            store.restart();
            who.page(path);
            fewest = Math.min(fewest, store.reads());
        }
        return fewest;
    }

    /** Ten thousand tags by five hundred versions, on one image. */
    private String pushMany() throws IOException {
        byte[] image = admin.pushImage(NAME, "first", "large").getBytes(UTF_8);
        for (int version = 0; version < VERSIONS; version++) {
            String tag = "v%03d".formatted(version);
            List<Tag> tags = IntStream.range(0, TAGS_IN_VERSION)
                    .mapToObj(number -> new Tag(tag + "-" + number))
                    .toList();
            manifests.put(
                    new RepositoryName(NAME),
                    new Reference.ByTag(tags.getFirst()),
                    tags,
                    Optional.of(MediaType.OCI_MANIFEST),
                    image);
        }
        return new String(image, UTF_8);
    }

    @Test
    void pages_read_a_few_records_whatever_the_repository_holds() throws IOException {
        String image = pushMany();
        String index = admin.pushIndex(NAME, "index", image);
        String id = pulp.list(REPOSITORIES + "?name=" + NAME, "pulp_href")
                .getFirst()
                .substring(REPOSITORIES.length());
        String images = "/ui/repositories/" + id + "images/";
        var digest = RegistryClient.digest(image);

        for (ConsoleClient who : new ConsoleClient[] {ConsoleClient.visitor(), ConsoleClient.administrator()}) {
            assertThat(reads(who, images + digest + "?tag=v499-1")).isLessThanOrEqualTo(8);
            assertThat(reads(who, images + RegistryClient.digest(index) + "?tag=index"))
                    .isLessThanOrEqualTo(8);
            for (String order : new String[] {"?order=-name", "?order=-set", "?order=-set&after=3/v002-19"}) {
                assertThat(reads(who, "/ui/repositories/" + id + order))
                        .as(order)
                        .isLessThanOrEqualTo(8);
            }
            // One repository holds it, in which one index does.
            assertThat(reads(who, images + digest + "/used")).isLessThanOrEqualTo(12);
            assertThat(reads(who, "/ui/search?q=" + NAME)).isLessThanOrEqualTo(8);
            assertThat(reads(who, "/ui/search?q=" + NAME + ":v499-1")).isLessThanOrEqualTo(8);
            assertThat(reads(who, "/ui/search?q=" + digest)).isLessThanOrEqualTo(8);
            assertThat(reads(who, "/ui/search?q=" + RegistryClient.digest("large")))
                    .isLessThanOrEqualTo(10);
            // Hours of the log of changes are one read each, and hundreds of changes, too.
            assertThat(reads(who, "/ui/")).isLessThanOrEqualTo(32);
        }
    }

    @Test
    void a_list_reads_no_more_for_what_is_public() {
        admin.pushImage("ui-aside/app", "1", "open");
        for (int number = 0; number < 60; number++) {
            admin.pushImage("ui-open/app" + number, "1", "open");
        }
        pulp.send("POST", PulpClient.API + "users/", "{\"username\":\"ui-reader\",\"password\":\"battery staple\"}");
        for (ConsoleClient who : new ConsoleClient[] {
            ConsoleClient.visitor(), ConsoleClient.user("ui-reader", "battery staple"), ConsoleClient.administrator()
        }) {
            for (String list : new String[] {"repositories", "distributions"}) {
                // Who a user is, and what was given to them, is read besides.
                assertThat(reads(who, "/ui/" + list + "/?prefix=ui-open"))
                        .as(list)
                        .isLessThanOrEqualTo(12);
            }
            String first = who.page("/ui/repositories/?prefix=ui-open");
            assertThat(first).contains("ui-open/app0<", "after=").doesNotContain("ui-open/app9<");
            // No page ends outside of what is asked for; DynamoDB would refuse to go on from there.
            for (String list : new String[] {"repositories", "distributions"}) {
                assertThat(who.page("/ui/" + list + "/?prefix=ui-open&after=a"))
                        .contains("ui-open/app0<")
                        .doesNotContain("ui-aside");
            }
            assertThat(who.page("/ui/repositories/?prefix=ui-open&after=ui-open/app58"))
                    .contains("ui-open/app9<")
                    .doesNotContain("ui-open/app0<", "after=");
        }
    }
}
