package dev.lading.remote;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lading.oci.RegistryException.FieldInvalid;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The platform of an image: {@code os/architecture[/variant]}, such as {@code linux/arm64/v8}. Source: image-spec,
 * image-index.md, "platform".
 *
 * @param variant empty: any
 */
public record Platform(String os, String architecture, Optional<String> variant) {
    private static final Pattern FORM =
            Pattern.compile("([a-z0-9._-]{1,64})/([a-z0-9._-]{1,64})(?:/([a-z0-9._-]{1,64}))?");

    /** @throws FieldInvalid if it has another form */
    @JsonCreator
    public static Platform parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new FieldInvalid(
                    "platforms", "write a platform as os/architecture[/variant], such as linux/arm64/v8");
        }
        return new Platform(form.group(1), form.group(2), Optional.ofNullable(form.group(3)));
    }

    @JsonValue
    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
