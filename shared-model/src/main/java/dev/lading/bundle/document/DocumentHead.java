package dev.lading.bundle.document;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.time.Instant;
import java.util.Optional;

/**
 * What stands before the entries.
 *
 * @param created date of the export, which is its maker's choice: the same content and date give the same bytes
 */
public record DocumentHead(
        @JsonProperty(required = true) Instant created,
        @JsonProperty(required = true) Source source) {
    public static final String PATH = "lading/export.json";

    /** Number of this format. A reader refuses any other. */
    static final int FORMAT = 1;

    public DocumentHead {
        requireNonNull(created, "created");
        requireNonNull(source, "source");
    }

    /**
     * The registry that exported.
     *
     * @param id that it keeps
     * @param url at which it is reached, or was
     */
    public record Source(Optional<String> id, Optional<String> url) {
        private static final int MAX_ID = 64;
        private static final int MAX_URL = 2048;

        public static final Source UNKNOWN = new Source(Optional.empty(), Optional.empty());

        public Source {
            requireText("id", id, MAX_ID);
            requireText("url", url, MAX_URL);
        }

        private static void requireText(String field, Optional<String> text, int most) {
            if (text.filter(each -> each.isBlank()
                            || each.length() > most
                            || each.chars().anyMatch(Character::isISOControl))
                    .isPresent()) {
                throw new FieldInvalid(field, "Use 1 to " + most + " characters, without line breaks.");
            }
        }
    }
}
