package dev.lading.file;

import static dev.lading.testing.Registry.byTag;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.commit.Progress;
import dev.lading.commit.Staging;
import dev.lading.history.Repository;
import dev.lading.history.RepositoryKind;
import dev.lading.history.RepositorySettings;
import dev.lading.history.RepositoryView;
import dev.lading.history.row.ContentKind;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Digest;
import dev.lading.oci.EmptyLayer;
import dev.lading.oci.MediaType;
import dev.lading.oci.RegistryException.EntityInUse;
import dev.lading.oci.RegistryException.EntityUnknown;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.testing.Bytes;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories of files. */
public abstract class FileRepositoriesContract extends ServiceContract {
    private RepositoryId repository(String name) {
        var empty = Repository.empty(
                RepositoryKind.FILE,
                RepositoryId.next(clock.instant()),
                RepositorySettings.named(name),
                clock.instant());
        return registry().repositories.create(empty, List.of()).id();
    }

    private Staging stage() {
        return registry().stagings.begin().staging();
    }

    private StoredFile staged(Staging staging, String path, byte[] content) {
        try {
            var bytes = registry().stagings.open(staging).blob(MediaType.OCTET_STREAM, content);
            return new StoredFile(new RelativePath(path), bytes.digest(), bytes.sizeBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long add(RepositoryId repository, String path, byte[] content) {
        Staging staging = stage();
        return change(new FileChange(repository, staging, List.of(staged(staging, path, content)), List.of(), false));
    }

    private long remove(RepositoryId repository, StoredFile file) {
        return change(new FileChange(repository, stage(), List.of(), List.of(file), false));
    }

    private long change(FileChange change) {
        try {
            return registry().files.change(change, Progress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileVersion version(RepositoryId repository, long version) {
        return registry().files.files(registry().versions.view(repository, version));
    }

    private List<String> paths(RepositoryId repository, long version) {
        return version(repository, version).files().keySet().stream()
                .map(RelativePath::value)
                .toList();
    }

    private StoredFile file(RepositoryId repository, long version, String path) {
        return Optional.ofNullable(version(repository, version).files().get(new RelativePath(path)))
                .orElseThrow();
    }

    private byte[] content(RepositoryId repository, long version, String path) throws IOException {
        try (InputStream bytes = version(repository, version).open(file(repository, version, path))) {
            return bytes.readAllBytes();
        }
    }

    @Test
    void each_file_that_is_added_makes_a_version() throws IOException {
        RepositoryId context = repository("context");
        byte[] jar = Bytes.random(200_000);

        assertThat(add(context, "app/z.jar", jar)).isEqualTo(1);
        assertThat(add(context, "Containerfile", "FROM x".getBytes(UTF_8))).isEqualTo(2);

        assertThat(paths(context, 0)).isEmpty();
        assertThat(paths(context, 1)).containsExactly("app/z.jar");
        assertThat(paths(context, 2)).containsExactly("Containerfile", "app/z.jar");
        assertThat(content(context, 1, "app/z.jar")).isEqualTo(jar);
        assertThat(content(context, 2, "app/z.jar")).isEqualTo(jar);
        assertThat(content(context, 2, "Containerfile")).isEqualTo("FROM x".getBytes(UTF_8));
        assertThat(file(context, 2, "app/z.jar").sizeBytes()).isEqualTo(jar.length);
        assertThat(registry().versions.get(context, 2).present().manifests()).isEqualTo(1);
    }

    @Test
    void a_path_is_replaced_and_the_same_bytes_make_no_version() throws IOException {
        RepositoryId context = repository("context");
        var _ = add(context, "a", "1".getBytes(UTF_8));
        var _ = add(context, "b", "1".getBytes(UTF_8));

        assertThat(add(context, "a", "1".getBytes(UTF_8))).isEqualTo(2);
        assertThat(add(context, "a", "2".getBytes(UTF_8))).isEqualTo(3);

        assertThat(content(context, 2, "a")).isEqualTo("1".getBytes(UTF_8));
        assertThat(content(context, 3, "a")).isEqualTo("2".getBytes(UTF_8));
        assertThat(content(context, 3, "b")).isEqualTo("1".getBytes(UTF_8));
        assertThat(registry()
                        .versions
                        .view(context, 3)
                        .blobInVersion(file(context, 2, "a").digest()))
                .isPresent();
    }

    @Test
    void bytes_that_no_file_has_any_more_leave_the_version() {
        RepositoryId context = repository("context");
        var _ = add(context, "a", "old".getBytes(UTF_8));
        StoredFile old = file(context, 1, "a");

        assertThat(add(context, "a", "new".getBytes(UTF_8))).isEqualTo(2);

        RepositoryView newest = registry().versions.view(context, 2);
        assertThat(newest.blobInVersion(old.digest())).isEmpty();
        assertThat(registry().versions.get(context, 2).present().blobs()).isEqualTo(2);
    }

    @Test
    void files_are_removed_and_the_last_one_leaves_nothing() {
        RepositoryId context = repository("context");
        var _ = add(context, "a", "1".getBytes(UTF_8));
        var _ = add(context, "b", "2".getBytes(UTF_8));
        StoredFile a = file(context, 2, "a");

        assertThat(remove(
                        context, new StoredFile(a.path(), file(context, 2, "b").digest(), 1)))
                .isEqualTo(2);
        assertThat(remove(context, a)).isEqualTo(3);
        assertThat(paths(context, 3)).containsExactly("b");
        var all = new FileChange(context, stage(), List.of(), List.of(), true);
        assertThat(change(all)).isEqualTo(4);
        assertThat(paths(context, 4)).isEmpty();
        assertThat(registry().versions.get(context, 4).present().blobs()).isZero();
    }

    @Test
    void a_file_of_another_repository_is_added_without_its_bytes() throws IOException {
        RepositoryId one = repository("one");
        RepositoryId other = repository("other");
        var _ = add(one, "a", "1".getBytes(UTF_8));
        StoredFile file =
                registry().files.find(file(one, 1, "a").id(), readable -> true).orElseThrow();

        assertThat(change(new FileChange(other, stage(), List.of(file), List.of(), false)))
                .isEqualTo(1);

        assertThat(content(other, 1, "a")).isEqualTo("1".getBytes(UTF_8));
    }

    @Test
    void a_file_is_found_by_its_id_where_it_may_be_read() {
        RepositoryId context = repository("context");
        var _ = add(context, "a", "1".getBytes(UTF_8));
        var _ = add(context, "b", "1".getBytes(UTF_8));
        StoredFile a = file(context, 1, "a");
        StoredFile b = file(context, 2, "b");
        var _ = remove(context, a);

        assertThat(a.id()).isNotEqualTo(b.id());
        assertThat(registry().files.find(a.id(), readable -> true)).contains(a);
        assertThat(registry().files.find(b.id(), readable -> true)).contains(b);
        assertThat(registry().files.find(a.id(), readable -> false)).isEmpty();
    }

    @Test
    void a_file_and_what_would_be_below_it_are_refused() {
        RepositoryId context = repository("context");
        var _ = add(context, "a/b", "1".getBytes(UTF_8));

        assertThatThrownBy(() -> add(context, "a", "1".getBytes(UTF_8)))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("'a' is a file");
        assertThatThrownBy(() -> add(context, "a/b/c/d", "1".getBytes(UTF_8))).isInstanceOf(FieldInvalid.class);
        assertThat(registry().versions.newest(context).version()).isEqualTo(1);
    }

    @Test
    void too_many_files_are_refused_and_as_many_as_may_be_are_kept() {
        RepositoryId context = repository("context");
        Staging staging = stage();
        StoredFile first = staged(staging, "f", "1".getBytes(UTF_8));
        List<StoredFile> files = new ArrayList<>();
        for (int i = 0; i < FileArtifact.MAX_FILES; i++) {
            files.add(new StoredFile(new RelativePath("f" + i), first.digest(), 1));
        }

        assertThat(change(new FileChange(context, staging, files, List.of(), false)))
                .isEqualTo(1);

        assertThat(version(context, 1).files()).hasSize(FileArtifact.MAX_FILES);
        assertThatThrownBy(() -> add(context, "one-more", "1".getBytes(UTF_8)))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("at most 10000 files");
    }

    @Test
    void paths_that_take_too_much_are_refused() {
        RepositoryId context = repository("context");
        Staging staging = stage();
        StoredFile first = staged(staging, "f", "1".getBytes(UTF_8));
        List<StoredFile> files = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String path = "folder-with-a-long-name/".repeat(40) + i;
            files.add(new StoredFile(new RelativePath(path), first.digest(), 1));
        }

        assertThatThrownBy(() -> change(new FileChange(context, staging, files, List.of(), false)))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("at most 4194304 bytes");
    }

    @Test
    void cleanup_takes_nothing_of_a_version_and_all_that_was_given_up() throws IOException {
        RepositoryId context = repository("context");
        byte[] kept = Bytes.random(1_000);
        var _ = add(context, "a", kept);
        StoredFile lost = staged(stage(), "b", Bytes.random(1_000));
        clock.advance(Duration.ofDays(10));

        for (int i = 0; i < 3; i++) {
            registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});
            clock.advance(Duration.ofDays(1));
        }

        assertThat(content(context, 1, "a")).isEqualTo(kept);
        assertThat(registry().content.blob(lost.digest())).isEmpty();
    }

    @Test
    void any_artifact_with_titles_is_read() throws IOException {
        byte[] content = Bytes.random(300);
        Digest layer = registry().pushBlob(APP, content);
        Digest configuration = registry().pushBlob(APP, "{}".getBytes(UTF_8));
        String manifest = """
                {"schemaVersion":2,"mediaType":"%s","artifactType":"application/x",
                "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":2},
                "layers":[%s,%s,{"mediaType":"a/b","digest":"%s","size":300}]}""".formatted(
                        MediaType.OCI_MANIFEST,
                        configuration,
                        titled("src/app", layer, 300),
                        titled("empty.tar.gz", EmptyLayer.DIGEST, EmptyLayer.SIZE_BYTES),
                        layer);
        var _ = registry().push(APP, byTag("context"), manifest.getBytes(UTF_8));
        RepositoryView view = registry().view(APP);

        FileVersion files = registry()
                .files
                .files(
                        view,
                        view.manifest(registry().tag(APP, "context").orElseThrow())
                                .orElseThrow());

        assertThat(files.files().keySet()).extracting(RelativePath::value).containsExactly("empty.tar.gz", "src/app");
        try (InputStream bytes = files.open(files.files().get(new RelativePath("src/app")));
                InputStream empty = files.open(files.files().get(new RelativePath("empty.tar.gz")))) {
            assertThat(bytes.readAllBytes()).isEqualTo(content);
            assertThat(empty.readAllBytes()).isEqualTo(EmptyLayer.bytes());
        }
    }

    private static String titled(String title, Digest digest, long size) {
        return """
                {"mediaType":"a/b","digest":"%s","size":%d,"annotations":{"org.opencontainers.image.title":"%s"}}""".formatted(digest, size, title);
    }

    @Test
    void it_is_no_repository_of_images() throws IOException {
        RepositoryId context = repository("team/context");
        var _ = add(context, "a", Bytes.random(100));

        assertThat(registry().repositories.find(context)).isEmpty();
        assertThat(registry().repositories.findNamed("team/context")).isEmpty();
        assertThat(registry().repositories.list(Optional.empty(), 10).records()).isEmpty();
        assertThat(registry().repositories.names(RepositoryKind.CONTAINER)).isEmpty();
        assertThat(registry().repositories.findNamed(RepositoryKind.FILE, "team/context"))
                .map(Repository::id)
                .contains(context);
        assertThatThrownBy(() -> registry().repositories.get(context)).isInstanceOf(EntityUnknown.class);
        // Till then, what was staged is content of no repository.
        clock.advance(Duration.ofDays(1));
        registry().cleanup.cleanUp(Duration.ofHours(1), deleted -> {});
        for (ContentKind kind : ContentKind.values()) {
            assertThat(registry().content.all(kind)).isEmpty();
        }
    }

    @Test
    void its_name_is_unique_among_all_kinds() {
        RepositoryId context = repository(APP.value());

        assertThatThrownBy(() -> registry().repositories.create(RepositorySettings.named(APP.value())))
                .isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> registry().pushBlob(APP, Bytes.random(10)))
                .isInstanceOf(EntityInUse.class)
                .hasMessageContaining("a repository of files has the name");
        registry().repositories.delete(context);
        assertThat(registry().pushBlob(APP, Bytes.random(10))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a/.", "a\\b", "a\nb", "a\0", "\ud800"})
    void what_is_no_relative_path_is_refused(String path) {
        assertThatThrownBy(() -> new RelativePath(path)).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> new RelativePath("a/" + path)).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void paths_are_bounded() {
        assertThat(new RelativePath("x".repeat(255) + "/" + "y".repeat(255)).value())
                .hasSize(511);
        assertThatThrownBy(() -> new RelativePath("x".repeat(256))).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> new RelativePath("\u00e4".repeat(128))).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> new RelativePath("ab/".repeat(342) + "a")).isInstanceOf(FieldInvalid.class);
    }
}
