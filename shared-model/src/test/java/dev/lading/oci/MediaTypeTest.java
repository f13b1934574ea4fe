package dev.lading.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypeTest {
    @ParameterizedTest(name = "''{0}'' is of type ''{1}''")
    @CsvSource({
        "application/json,                   application/json",
        "'Application/JSON ; charset=utf-8', application/json",
        "'text/plain;a=b;c=d',               text/plain",
        "'',                                 ''",
        "' ; charset=utf-8',                 ''",
    })
    void a_header_is_read_without_parameters_and_case(String header, String type) {
        assertThat(MediaType.ofHeader(header)).hasToString(type);
    }
}
