package dev.lading.upstream.http;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The remote's own headers. Of two with the same name the later counts. */
public final class RemoteHeaders {
    /** Syntax of header names and values. Source: RFC 9110, sections 5.6.2 and 5.5. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

    private RemoteHeaders() {}

    /** @throws FieldInvalid if a header could not be sent, or would be read as two */
    public static Map<String, String> of(List<Map<String, String>> fields) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map<String, String> field : fields) {
            field.forEach((name, value) -> {
                if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                    throw new FieldInvalid("headers", "one of them has a character that a header cannot have");
                }
                headers.put(name, value);
            });
        }
        return headers;
    }
}
