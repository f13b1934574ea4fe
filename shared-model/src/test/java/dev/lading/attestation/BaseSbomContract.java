package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lading.commit.Progress;
import dev.lading.curation.StagingArea;
import dev.lading.history.row.RepositoryId;
import dev.lading.oci.Descriptor;
import dev.lading.oci.Digest;
import dev.lading.oci.MediaType;
import dev.lading.oci.RepositoryName;
import dev.lading.secret.MemorySecrets;
import dev.lading.signing.StoredBundleKeys;
import dev.lading.testing.Bytes;
import dev.lading.testing.Images;
import dev.lading.testing.ServiceContract;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What bases bring of what they contain, in each form in which it is pushed. */
public abstract class BaseSbomContract extends ServiceContract {
    private static final RepositoryName BASES = new RepositoryName("bases/java");
    private static final Instant MADE = Instant.parse("2026-11-29T10:00:09Z");
    private static final String SPDX = "{\"spdxVersion\":\"SPDX-2.3\",\"name\":\"base\"}";
    private static final String CYCLONE_DX = "{\"bomFormat\":\"CycloneDX\",\"version\":1}";

    /** Stages a referrer of a base. */
    private interface Said {
        Descriptor of(StagingArea area, Descriptor base) throws IOException;
    }

    private static Sbom sbom(String document) {
        return Sbom.parse(document.getBytes(UTF_8));
    }

    private static Said attested(boolean signed, String document) {
        var keys = new StoredBundleKeys(new MemorySecrets(new ConcurrentHashMap<>()));
        var attestations = new Attestations(signed ? Optional.of(keys) : Optional.empty());
        return (area, base) -> attestations.attest(area, "base", base, sbom(document), MADE);
    }

    private static Said artifact(MediaType type, String document) {
        return (area, base) -> new Referrer(type, type, document.getBytes(UTF_8), Map.of(), MADE).stage(area, base);
    }

    /** Commits an image with what is said of it; its manifest. */
    private Descriptor base(RepositoryName name, Said... said) throws IOException {
        RepositoryId repository = registry().repositories.getOrCreate(name);
        try (StagingArea area = registry().stagings.begin()) {
            Digest config = area.blob(MediaType.OCTET_STREAM, Bytes.random(100)).digest();
            Descriptor image = area.manifest(MediaType.OCI_MANIFEST, Images.image(List.of(config), "base"));
            List<Digest> all = new ArrayList<>(List.of(image.digest()));
            for (Said each : said) {
                all.add(each.of(area, image).digest());
            }
            area.commit(repository, all, Set.of(), Progress.NONE);
            return image;
        }
    }

    private Optional<BaseSbom> find(RepositoryName name, Descriptor base) {
        return new BaseSboms(registry().manifests, blobs()).find(registry().view(name), base.digest());
    }

    private void finds(String document, Said said) throws IOException {
        Descriptor base = base(BASES, said);
        assertThat(find(BASES, base)).get().satisfies(found -> {
            assertThat(found.document().json()).isEqualTo(document);
            assertThat(found.base()).isEqualTo(base.digest());
        });
    }

    @Test
    void a_signed_attestation_is_read() throws IOException {
        finds(SPDX, attested(true, SPDX));
    }

    @Test
    void a_bare_statement_is_read() throws IOException {
        finds(CYCLONE_DX, attested(false, CYCLONE_DX));
    }

    @Test
    void bare_documents_are_read() throws IOException {
        finds(SPDX, artifact(Sbom.SPDX_JSON, SPDX));
        finds(CYCLONE_DX, artifact(Sbom.CYCLONE_DX_JSON, CYCLONE_DX));
    }

    @Test
    void what_is_none_or_about_another_image_is_passed_over() throws IOException {
        Descriptor other = base(APP);
        Descriptor base = base(
                BASES,
                artifact(Sbom.SPDX_JSON, "{}"),
                artifact(SigstoreBundle.TYPE, "{}"),
                artifact(new MediaType("application/vnd.example"), SPDX),
                (area, about) -> {
                    var statement = new Statement("other", other.digest(), sbom(SPDX));
                    return Referrer.unsigned(statement, MADE).stage(area, about);
                });

        assertThat(find(BASES, base)).isEmpty();
    }

    @Test
    void an_image_hands_on_what_its_base_brought_and_prefers_its_own() throws IOException {
        Descriptor base = base(BASES, artifact(Sbom.SPDX_JSON, SPDX));
        BaseSbom brought = find(BASES, base).orElseThrow();
        Said handed = (area, image) -> brought.stage(area, image, MADE);

        assertThat(find(APP, base(APP, handed))).get().satisfies(found -> {
            assertThat(found.base()).isEqualTo(base.digest());
            assertThat(found.document().json()).isEqualTo(SPDX);
        });
        Descriptor own = base(APP, handed, artifact(Sbom.CYCLONE_DX_JSON, CYCLONE_DX));
        assertThat(find(APP, own)).get().extracting(BaseSbom::base).isEqualTo(own.digest());
    }
}
