package dev.lading.server;

import static dev.lading.server.PulpClient.DISTRIBUTIONS;
import static dev.lading.server.PulpClient.REPOSITORIES;
import static dev.lading.server.RegistryClient.descriptor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pages of images: what they show, to whom, and that nothing in an image breaks them. */
@QuarkusTest
@QuarkusTestResource(RunningRegistry.class)
class ConsoleImageTest {
    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String IN_TOTO = "application/vnd.in-toto+json";

    private final RegistryClient admin = RegistryClient.administrator();
    private final PulpClient pulp = new PulpClient();
    private final ConsoleClient visitor = ConsoleClient.visitor();
    private final ConsoleClient owner = ConsoleClient.administrator();

    private static Digest digest(String text) {
        return RegistryClient.digest(text);
    }

    private String path(String repository, String manifest) {
        String href =
                pulp.list(REPOSITORIES + "?name=" + repository, "pulp_href").getFirst();
        String id = href.substring(REPOSITORIES.length()).replace("/", "");
        return "/ui/repositories/" + id + "/images/" + digest(manifest);
    }

    private String blob(String repository, String type, String content) {
        admin.pushBlob(repository, content.getBytes(UTF_8));
        return descriptor(type, content.getBytes(UTF_8));
    }

    /** @param more fields, each with a comma in front */
    private String push(String repository, String reference, String config, List<String> layers, String more) {
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]%s}"
                .formatted(RegistryClient.MANIFEST, config, String.join(",", layers), more);
        String at = reference.isEmpty() ? digest(manifest).toString() : reference;
        assertThat(admin.pushManifest(repository, at, manifest).status()).isEqualTo(201);
        return manifest;
    }

    @Test
    void an_image_shows_its_layers_with_their_steps_and_its_configuration() {
        String config = blob("ui-image", OCI_CONFIG, """
                {"created":"2026-11-01T10:00:00Z","os":"linux","architecture":"arm64","variant":"v8",
                 "config":{"Env":["MODE=fast"],"Entrypoint":["/app"],"Cmd":["serve","--all"],"User":"1000",
                 "WorkingDir":"/srv","ExposedPorts":{"8080/tcp":{}},"Volumes":{"/data":{}},"StopSignal":"SIGTERM",
                 "Healthcheck":{"Test":["CMD","/app","ping"],"Interval":30000000000},
                 "Labels":{"org.opencontainers.image.title":"An app"}},
                 "history":[{"created_by":"COPY app /app # buildkit"},
                  {"created_by":"/bin/sh -c #(nop)  CMD [\\"serve\\"]","empty_layer":true},
                  {"created_by":"/bin/sh -c apt-get update"}]}""");
        String manifest = push(
                "ui-image",
                "v1",
                config,
                List.of(blob("ui-image", LAYER, "first"), blob("ui-image", LAYER, "second layer")),
                ",\"annotations\":{\"org.example.note\":\"annotated\"}");

        String page = visitor.page(path("ui-image", manifest) + "?tag=v1");

        assertThat(page)
                .contains("<bdi>ui-image</bdi>:<bdi>v1</bdi></h1>")
                .contains("linux/arm64/v8", "2 layers, 17 B", "COPY app /app<", "CMD [&quot;serve&quot;]<", "no layer")
                .contains("RUN apt-get update<", "class=\"layer-bar\"")
                .contains(
                        "MODE=fast", "[&quot;/app&quot;]", "[&quot;serve&quot;,&quot;--all&quot;]", "8080/tcp", "/data")
                .contains(
                        "SIGTERM",
                        "[&quot;CMD&quot;,&quot;/app&quot;,&quot;ping&quot;] every 30 s",
                        "An app",
                        "annotated")
                .contains("docker pull 127.0.0.1:" + RegistryClient.port() + "/ui-image:v1")
                .contains("podman pull --tls-verify=false ", "ctr images pull --plain-http ", "nerdctl pull ")
                .contains("image: 127.0.0.1:" + RegistryClient.port() + "/ui-image:v1@" + digest(manifest));
    }

    @Test
    void a_tag_that_is_on_another_image_is_not_shown() {
        String first = admin.pushImage("ui-moved", "v1", "first");
        admin.pushImage("ui-moved", "v1", "second");

        assertThat(owner.page(path("ui-moved", first) + "?tag=v1"))
                .contains("<h1>Image <code>" + digest(first).toString().substring(0, 19))
                .doesNotContain("/ui-moved:v1");
    }

    @Test
    void what_strangers_wrote_is_text_and_bounded() {
        String evil = "<script>alert(1)</script>\\u202e\\\" onload=x";
        String config = blob("ui-odd", OCI_CONFIG, """
                {"created":"yesterday","os":"%1$s","config":{"Env":"%1$s","Labels":{"%1$s":"%1$s","l":["%1$s"]},
                 "ExposedPorts":["x"],"Cmd":"%1$s"},"history":[{"created_by":"%2$s"}]}""".formatted(evil, "x".repeat(5_000)));
        String manifest = push(
                "ui-odd",
                "v1",
                config,
                List.of(blob("ui-odd", LAYER, "odd")),
                ",\"annotations\":{\"%1$s\":\"%1$s\"}".formatted(evil));

        assertThat(visitor.page(path("ui-odd", manifest)))
                .doesNotContain("<script>alert")
                .contains("&lt;script&gt;alert(1)", "and 3000 more characters");
    }

    @Test
    void a_configuration_that_is_no_json_is_said() {
        String broken = push(
                "ui-broken",
                "v1",
                blob("ui-broken", OCI_CONFIG, "{\"config\":"),
                List.of(blob("ui-broken", LAYER, "broken")),
                "");
        String list = push("ui-broken", "v2", blob("ui-broken", OCI_CONFIG, "[1]"), List.of(), "");
        String large = push(
                "ui-broken",
                "v3",
                blob("ui-broken", OCI_CONFIG, "{\"a\":\"" + "x".repeat(1024 * 1024) + "\"}"),
                List.of(),
                "");

        assertThat(visitor.page(path("ui-broken", broken))).contains("configuration is not JSON", "1 layer, 6 B");
        assertThat(visitor.page(path("ui-broken", list))).contains("0 layers");
        assertThat(visitor.page(path("ui-broken", large))).contains("is larger than 1 MiB");
    }

    @Test
    void attestations_of_an_index_are_folded_under_the_platform_that_they_describe() {
        String image = admin.pushImage("ui-index", "amd", "amd");
        String attestation =
                push("ui-index", "", blob("ui-index", OCI_CONFIG, "{}"), List.of(blob("ui-index", IN_TOTO, """
                        {"predicateType":"https://slsa.dev/provenance/v0.2","predicate":{
                         "builder":{"id":"https://builder.example"},"buildType":"https://mobyproject.org/buildkit@v1",
                         "materials":[{"uri":"pkg:docker/alpine@3","digest":{"sha256":"ab"}}],
                         "invocation":{"parameters":{"frontend":"dockerfile.v0"}}}}""")), "");
        String index = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[
                 {"mediaType":"%2$s","digest":"%3$s","size":%4$d,"platform":{"os":"linux","architecture":"amd64"}},
                 {"mediaType":"%2$s","digest":"%5$s","size":%6$d,"platform":{"os":"unknown","architecture":"unknown"},
                  "annotations":{"vnd.docker.reference.type":"attestation-manifest",
                   "vnd.docker.reference.digest":"%3$s"}}]}""".formatted(
                        RegistryClient.INDEX,
                        RegistryClient.MANIFEST,
                        digest(image),
                        image.length(),
                        digest(attestation),
                        attestation.length());
        assertThat(admin.send(
                                "PUT",
                                "/v2/ui-index/manifests/v1",
                                index.getBytes(UTF_8),
                                "Content-Type",
                                RegistryClient.INDEX)
                        .status())
                .isEqualTo(201);

        assertThat(visitor.page(path("ui-index", index)))
                .contains("linux/amd64", "/images/" + digest(image), "/images/" + digest(attestation))
                .doesNotContain("unknown/unknown");
        assertThat(visitor.page(path("ui-index", attestation)))
                .contains("Provenance", "https://builder.example", "pkg:docker/alpine@3", "dockerfile.v0");
        assertThat(owner.page(path("ui-index", image) + "/used"))
                .contains("every version since", "<bdi>ui-index</bdi>", "/images/" + digest(index));
    }

    @Test
    void referrers_are_shown_with_what_they_are_and_signatures_as_not_verified() {
        String image = admin.pushImage("ui-signed", "v1", "signed");
        String statement = """
                {"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1",
                 "predicate":{"buildDefinition":{"buildType":"https://lading.dev/build/containerfile/v1",
                  "externalParameters":{"containerfile":"Containerfile","buildArgs":{"MODE":"fast"}},
                  "resolvedDependencies":[{"name":"base","uri":"pkg:oci/debian","digest":{"sha256":"cd"}}]},
                 "runDetails":{"builder":{"id":"https://r.example#buildah","version":{"buildah":"1.28"}},
                  "metadata":{"invocationId":"/pulp/api/v3/tasks/01a2287b-25dd-7aaa-8bbb-0123456789ab/"}}}}""";
        String bundle = """
                {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{"payload":"%s",
                 "payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"eA=="}]}}""".formatted(Base64.getEncoder().encodeToString(statement.getBytes(UTF_8)));
        String type = "application/vnd.dev.sigstore.bundle.v0.3+json";
        String subject = ",\"artifactType\":\"%s\",\"subject\":%s"
                .formatted(type, descriptor(RegistryClient.MANIFEST, image.getBytes(UTF_8)));
        String empty = blob("ui-signed", "application/vnd.oci.empty.v1+json", "{}");
        String provenance = push(
                "ui-signed",
                "",
                empty,
                List.of(blob("ui-signed", type, bundle)),
                subject
                        + ",\"annotations\":{\"dev.sigstore.bundle.predicateType\":\"https://slsa.dev/provenance/v1\"}");
        push(
                "ui-signed",
                digest(image).toString().replace(':', '-') + ".sig",
                blob("ui-signed", OCI_CONFIG, "{\"a\":1}"),
                List.of(blob("ui-signed", "application/vnd.dev.cosign.simplesigning.v1+json", "{\"b\":1}")),
                "");

        assertThat(visitor.page(path("ui-signed", image)))
                .contains("by cosign, as a tag that ends with .sig", "(not verified here)")
                .contains("Provenance", "in a signed sigstore bundle", "/images/" + digest(provenance));
        assertThat(visitor.page(path("ui-signed", provenance)))
                .contains("https://r.example#buildah", "buildah 1.28", "Containerfile", "pkg:oci/debian", "sha256:cd")
                .contains("/ui/tasks/01a2287b-25dd-7aaa-8bbb-0123456789ab/", "which was not verified here")
                .contains("<dt>About</dt><dd><a href=\"" + path("ui-signed", image));
    }

    @Test
    void a_chart_and_another_artifact_are_shown_as_what_they_are() {
        String chart = push(
                "ui-charts/web",
                "1.2.3",
                blob(
                        "ui-charts/web",
                        "application/vnd.cncf.helm.config.v1+json",
                        "{\"name\":\"web\",\"version\":\"1.2.3\",\"description\":\"A web server\"}"),
                List.of(blob("ui-charts/web", "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "chart")),
                "");
        String file = descriptor("text/plain", "a file".getBytes(UTF_8));
        admin.pushBlob("ui-charts/web", "a file".getBytes(UTF_8));
        String artifact = push(
                "ui-charts/web",
                "file",
                blob("ui-charts/web", "application/vnd.oci.empty.v1+json", "{}"),
                List.of(file.replace("}", ",\"annotations\":{\"org.opencontainers.image.title\":\"notes.txt\"}}")),
                ",\"artifactType\":\"application/vnd.example\"");

        assertThat(visitor.page(path("ui-charts/web", chart) + "?tag=1.2.3"))
                .contains("Helm chart", "A web server", "helm pull --plain-http oci://")
                .contains("/ui-charts/web --version 1.2.3");
        assertThat(visitor.page(path("ui-charts/web", artifact)))
                .contains("Artifact", "application/vnd.example", "notes.txt", "text/plain", "oras pull --plain-http ");
    }

    @Test
    void others_see_what_a_public_name_serves_and_nothing_of_before_or_of_a_private_one() {
        String before = admin.pushImage("ui-shown", "v1", "before");
        String after = admin.pushImage("ui-shown", "v2", "after");
        assertThat(admin.send("DELETE", "/v2/ui-shown/manifests/" + digest(before), new byte[0])
                        .status())
                .isEqualTo(202);
        String old = path("ui-shown", before);
        String now = path("ui-shown", after);

        assertThat(owner.page(old))
                .contains("The newest version of the repository does not hold it any more; versions 1 to 2 did");
        assertThat(visitor.get(old).status()).isEqualTo(404);
        assertThat(visitor.page(now)).doesNotContain("every version since");
        assertThat(visitor.page(now + "/used")).contains("what is served");

        String served = pulp.list(DISTRIBUTIONS + "?name=ui-shown", "pulp_href").getFirst();
        pulp.task("PATCH", served, "{\"private\":true}");
        assertThat(visitor.get(now).status()).isEqualTo(404);
        assertThat(visitor.get(now + "/used").status()).isEqualTo(404);
        assertThat(owner.page(now)).contains("after <code>docker login</code>");

        pulp.send("POST", "/pulp/api/v3/users/", "{\"username\":\"ui-nobody\",\"password\":\"nobody-nobody-1\"}");
        ConsoleClient nobody = ConsoleClient.user("ui-nobody", "nobody-nobody-1");
        assertThat(nobody.get(now).status()).isEqualTo(404);
        String repository = REPOSITORIES + now.substring("/ui/repositories/".length(), now.indexOf("images/"));
        assertThat(pulp.send(
                                "POST",
                                repository + "add_role/",
                                "{\"role\":\"container.containerrepository_viewer\",\"users\":[\"ui-nobody\"]}")
                        .status())
                .isEqualTo(201);
        assertThat(nobody.page(old)).contains("versions 1 to 2 did");
        assertThat(nobody.page(now)).contains("every version since");
        assertThat(nobody.get("/ui/repositories/x/images/" + digest(after)).status())
                .isEqualTo(404);
        assertThat(nobody.get(now.replace("sha256:", "sha256:z")).status()).isEqualTo(404);
    }

    @Test
    void where_an_image_is_used_names_what_the_caller_sees_only() {
        String image = admin.pushImage("ui-used-a", "v1", "used");
        admin.pushImage("ui-used-b", "v1", "used");
        pulp.task(
                "PATCH",
                pulp.list(DISTRIBUTIONS + "?name=ui-used-b", "pulp_href").getFirst(),
                "{\"private\":true}");
        String page = path("ui-used-a", image) + "/used";

        assertThat(owner.page(page)).contains("<bdi>ui-used-a</bdi>", "<bdi>ui-used-b</bdi>");
        assertThat(visitor.page(page)).contains("<bdi>ui-used-a</bdi>").doesNotContain("ui-used-b");
    }
}
