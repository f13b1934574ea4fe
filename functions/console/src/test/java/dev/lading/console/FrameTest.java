package dev.lading.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What pages say of where they are. */
class FrameTest {
    private static Frame frame(String ui, String origin) {
        return new Frame(ui, "", Frame.Section.HOME, "", false, "", ui, "", origin, Instant.EPOCH);
    }

    @Test
    void the_apis_are_at_the_address_that_browsers_use_with_its_scheme_and_prefix() {
        assertThat(frame("/ui", "http://127.0.0.1:5000").root()).isEqualTo("http://127.0.0.1:5000");
        assertThat(frame("/images/ui", "https://example.org").root()).isEqualTo("https://example.org/images");
    }
}
