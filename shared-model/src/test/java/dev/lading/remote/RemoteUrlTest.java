package dev.lading.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.metadata.RecordJson;
import dev.lading.oci.RegistryException.FieldInvalid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteUrlTest {
    @ParameterizedTest
    @ValueSource(strings = {"https://quay.io", " HTTP://My_Registry:5000/a b?c=[d]#e ", "https://a.test:99999"})
    void is_stored_as_it_was_given(String text) {
        String json = RecordJson.write(RemoteUrl.of("url", text));
        assertThat(json).isEqualTo("\"" + text + "\"");
        assertThat(RecordJson.read(RemoteUrl.class, json)).isEqualTo(RemoteUrl.of("url", text));
    }

    @Test
    void takes_no_credentials() {
        assertThatThrownBy(() -> RemoteUrl.of("proxy_url", "https://me:secret@quay.io"))
                .isInstanceOfSatisfying(
                        FieldInvalid.class, e -> assertThat(e.field()).isEqualTo("proxy_url"));
    }
}
