package dev.lading.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.build.BuildPass;
import dev.lading.build.BuildPasses;
import dev.lading.build.PulledImage;
import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a build may do with its pass, which a step of it may have stolen. */
class BuildPassTest {
    private static final RepositoryName CACHE = new RepositoryName("build-cache/0197");
    private static final BuildPass PASS = new BuildPass("0198", Optional.empty(), Optional.of(CACHE));

    private final BuildPasses passes = new BuildPasses();

    private static List<String> granted(BuildPass pass, String... scopes) {
        var settings = new RegistrySettings(false, Optional.empty(), Optional.empty(), 0, false, false);
        // Of an administrator's builds, which may do everything; no rights are read.
        var authorizer = new Authorizer(settings, null);
        var build = new Caller.Building(new Caller.Administrator(), pass);
        return authorizer.grant(Scope.parseAll(List.of(scopes)), build).stream()
                .filter(Scope::grantsAnything)
                .map(Scope::toString)
                .toList();
    }

    @Test
    void it_pulls_what_its_maker_may_and_pushes_to_its_cache_alone() {
        assertThat(granted(PASS, "repository:team/app:pull,push,delete")).containsExactly("repository:team/app:pull");
        assertThat(granted(PASS, "repository:build-cache/0197:pull,push,delete"))
                .containsExactly("repository:build-cache/0197:pull,push");
        assertThat(granted(PASS, "repository:build-cache/0200:push")).isEmpty();
        assertThat(granted(PASS, "registry:catalog:*", Authorizer.ADMINISTRATION))
                .isEmpty();
    }

    @Test
    void one_without_a_cache_pushes_nowhere() {
        var pass = new BuildPass("0198", Optional.empty(), Optional.empty());
        assertThat(granted(pass, "repository:build-cache/0197:push", "repository:a:push"))
                .isEmpty();
    }

    @Test
    void it_changes_and_administrates_nothing_by_itself() {
        var authorizer =
                new Authorizer(new RegistrySettings(false, Optional.empty(), Optional.empty(), 0, false, false), null);
        var build = new Caller.Building(new Caller.Administrator(), PASS);

        assertThat(authorizer.allows(build, Check.change(Permission.PUSH, CACHE)))
                .isFalse();
        assertThat(authorizer.allows(build, Check.change(Permission.DELETE, CACHE)))
                .isFalse();
        assertThat(authorizer.allows(build, Check.SIGNED_IN)).isFalse();
        assertThat(authorizer.allows(build, Check.ADMINISTRATION)).isFalse();
        assertThat(build.isRefreshed()).isFalse();
    }

    @Test
    void it_ends_with_its_build() {
        Digest image = Digest.of(Digest.SHA256, "image".getBytes(StandardCharsets.UTF_8));
        String secret;
        try (BuildPasses.Open open = passes.open(PASS)) {
            secret = open.secret();
            assertThat(passes.find(secret)).contains(PASS);
            assertThat(passes.find("")).isEmpty();
            passes.note("0198", CACHE, image);
            passes.note("0198", CACHE, image);
            passes.note("another", CACHE, image);
            assertThat(open.pulled()).containsExactly(new PulledImage(CACHE, image));
        }
        assertThat(passes.find(secret)).isEmpty();
        passes.note("0198", CACHE, image);
    }
}
