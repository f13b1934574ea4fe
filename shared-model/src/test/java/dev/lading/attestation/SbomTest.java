package dev.lading.attestation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.RegistryException.FieldInvalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SbomTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"a\"}]} | https://spdx.dev/Document",
                "{\"components\":[{\"bomFormat\":1}],\"bomFormat\":\"CycloneDX\"} | https://cyclonedx.org/bom",
            })
    void the_format_is_read_from_the_document(String document, String type) {
        assertThat(Sbom.parse(document.getBytes(UTF_8)).type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"bomFormat\":\"SPDX\"}",
                "{\"spdxVersion\":2}",
                "{\"a\":{\"bomFormat\":\"CycloneDX\"}}",
                "{\"bomFormat\":\"CycloneDX\"",
                "{\"bomFormat\":\"CycloneDX\"}{}",
                "{\"bomFormat\":\"CycloneDX\",\"bomFormat\":\"CycloneDX\"}",
                "{\"bomFormat\":\"CycloneDX\"},\"predicateType\":\"other\""
            })
    void anything_else_is_refused(String document) {
        assertThatThrownBy(() -> Sbom.parse(document.getBytes(UTF_8))).isInstanceOf(FieldInvalid.class);
    }

    @Test
    void one_that_is_too_deep_or_too_large_is_refused() {
        String deep = "{\"bomFormat\":\"CycloneDX\",\"a\":" + "[".repeat(100) + "]".repeat(100) + "}";
        assertThatThrownBy(() -> Sbom.parse(deep.getBytes(UTF_8))).isInstanceOf(FieldInvalid.class);
        assertThatThrownBy(() -> Sbom.parse(new byte[Sbom.MAX_BYTES + 1]))
                .isInstanceOf(FieldInvalid.class)
                .hasMessageContaining("8 MiB");
    }
}
