package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.oci.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatementTest {
    private static final Digest IMAGE = sha256("a");
    private static final Instant STARTED = Instant.parse("2026-11-29T10:00:00.123456Z");

    private static Digest sha256(String digit) {
        return new Digest(Digest.SHA256, digit.repeat(64));
    }

    private static String text(Predicate predicate) {
        return new String(new Statement("team/app", IMAGE, predicate).bytes(), UTF_8);
    }

    @Test
    void a_build_is_told_in_one_order_and_without_what_was_not_asked() {
        var parameters = new BuildParameters(
                "Containerfile",
                Optional.of("run"),
                List.of("linux/amd64", "linux/arm64"),
                Map.of("Z", "1", "A", "\"2\""),
                Map.of("b", "1", "a", "2"),
                "none",
                Set.of("token", "npmrc"),
                Optional.of(Instant.ofEpochSecond(1_700_000_000)));
        var provenance = new Provenance(
                parameters,
                List.of(
                        Dependency.image("base", "localhost:5000/bases/Java", sha256("b")),
                        new Dependency("context", Optional.of("https://git.example/app"), sha256("c")),
                        new Dependency("containerfile", Optional.empty(), sha256("d"))),
                new BuilderIdentity("https://registry.example", "buildah", Map.of("lading", "1", "buildah", "1.28.2")),
                "prn:core.task:7",
                STARTED,
                STARTED.plusSeconds(9));

        assertThat(text(provenance).replaceAll("([a-d])\\1{63}", "$1")).isEqualTo("""
                {"_type":"https://in-toto.io/Statement/v1",\
                "subject":[{"name":"team/app","digest":{"sha256":"a"}}],\
                "predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{\
                "buildType":"https://lading.dev/build/containerfile/v1","externalParameters":{\
                "containerfile":"Containerfile","target":"run","platforms":["linux/amd64","linux/arm64"],\
                "buildArgs":{"A":"\\"2\\"","Z":"1"},"labels":{"a":"2","b":"1"},"network":"none",\
                "secrets":["npmrc","token"],"sourceDateEpoch":1700000000},"resolvedDependencies":[\
                {"name":"base","uri":"pkg:oci/java@sha256%3Ab?repository_url=localhost:5000/bases/Java",\
                "digest":{"sha256":"b"}},\
                {"name":"context","uri":"https://git.example/app","digest":{"sha256":"c"}},\
                {"name":"containerfile","digest":{"sha256":"d"}}]},\
                "runDetails":{"builder":{"id":"https://registry.example#buildah",\
                "version":{"buildah":"1.28.2","lading":"1"}},"metadata":{"invocationId":"prn:core.task:7",\
                "startedOn":"2026-11-29T10:00:00Z","finishedOn":"2026-11-29T10:00:09Z"}}}}""");
    }

    @Test
    void a_build_of_nothing_but_a_file_has_no_target_and_no_date() {
        var parameters = new BuildParameters(
                "Containerfile", Optional.empty(), List.of(), Map.of(), Map.of(), "open", Set.of(), Optional.empty());
        var provenance = new Provenance(
                parameters, List.of(), new BuilderIdentity("https://r", "buildah", Map.of()), "1", STARTED, STARTED);

        assertThat(provenance.json()).contains("""
                        "externalParameters":{"containerfile":"Containerfile","platforms":[],"buildArgs":{},\
                        "labels":{},"network":"open","secrets":[]},"resolvedDependencies":[]""");
    }

    @Test
    void a_generators_document_is_told_as_it_was_written() {
        String document = "{ \"bomFormat\": \"CycloneDX\",\n \"version\": 1.0 }";

        assertThat(text(Sbom.parse(document.getBytes(UTF_8))))
                .endsWith("\"predicateType\":\"https://cyclonedx.org/bom\",\"predicate\":" + document + "}");
    }
}
