package dev.lading.management.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.fileupload2.core.ParameterParser;

/**
 * The head of one part of a form. Source: RFC 7578, sections 4.1 to 4.8.
 *
 * @param fileName empty: it has none
 */
record PartHead(String field, String fileName, boolean isFile) {
    private static final int MAX_BOUNDARY = 70;

    /** The boundary that a {@code Content-Type} header names. Source: RFC 2046, section 5.1.1. */
    static String boundary(String contentType) {
        String boundary = parameters(contentType).getOrDefault("boundary", "");
        if (boundary.length() > MAX_BOUNDARY || !boundary.matches("[ -~]+")) {
            throw Multipart.malformed("its Content-Type has no boundary of 1 to " + MAX_BOUNDARY + " characters");
        }
        return boundary;
    }

    static PartHead parse(String head) {
        String disposition = header(head, "content-disposition")
                .filter(value -> value.matches("(?i)form-data\\s*;.*"))
                .orElseThrow(() -> Multipart.malformed("a part has no Content-Disposition: form-data"));
        Map<String, String> parameters = parameters(disposition);
        String field = parameters.getOrDefault("name", "");
        if (field.isEmpty()) {
            throw Multipart.malformed("a part has no name");
        }
        boolean isFile = parameters.containsKey("filename");
        if (!isFile
                && header(head, "content-type")
                        .filter(type -> type.matches("(?i)multipart/.*"))
                        .isPresent()) {
            throw Multipart.malformed("a part of it is a form of parts again");
        }
        if (header(head, "content-transfer-encoding")
                .filter(how -> !how.matches("(?i)binary|8bit|7bit"))
                .isPresent()) {
            throw Multipart.malformed("a part is encoded; send its bytes as they are");
        }
        return new PartHead(field, parameters.getOrDefault("filename", ""), isFile);
    }

    private static Optional<String> header(String head, String name) {
        return head.lines()
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2 && pair[0].strip().equalsIgnoreCase(name))
                .map(pair -> pair[1].strip())
                .findFirst();
    }

    /** A parameter without a value, and one that is empty, count as absent. */
    private static Map<String, String> parameters(String header) {
        var parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        Map<String, String> parameters = new HashMap<>(parser.parse(header, ';'));
        parameters.values().removeIf(Objects::isNull);
        return parameters;
    }
}
