package dev.lading.registry;

import dev.lading.oci.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The media types that a client accepts: ranges of its {@code Accept} headers with parameters and weights. A manifest
 * has one form, so the only question is whether it is accepted. Source: RFC 9110, section 12.5.1.
 */
record Accept(List<Range> ranges) {
    private record Range(String type, String subtype, boolean taken) {
        /** Specificity; more exact ranges overrule wider ones. */
        int precision() {
            return (type.equals("*") ? 0 : 1) + (subtype.equals("*") ? 0 : 1);
        }

        boolean matches(String otherType, String otherSubtype) {
            return (type.equals("*") || type.equals(otherType))
                    && (subtype.equals("*") || subtype.equals(otherSubtype));
        }
    }

    static Accept parse(List<String> headers) {
        List<Range> ranges = new ArrayList<>();
        for (String header : headers) {
            for (String element : header.split(",", -1)) {
                String[] parts = element.split(";", -1);
                String[] type = parts[0].strip().toLowerCase(Locale.ROOT).split("/", 2);
                if (type.length == 2) {
                    ranges.add(new Range(type[0], type[1], isTaken(parts)));
                }
            }
        }
        return new Accept(ranges);
    }

    private static boolean isTaken(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                return !parameter.substring(2).strip().matches("0(\\.0{0,3})?");
            }
        }
        return true;
    }

    /** Whether a type is accepted. No header, or none that can be read, accepts everything. */
    boolean takes(MediaType mediaType) {
        String[] type = mediaType.value().split("/", 2);
        return ranges.isEmpty()
                || ranges.stream()
                        .filter(range -> range.matches(type[0], type[1]))
                        .reduce((a, b) -> b.precision() > a.precision() ? b : a)
                        .map(Range::taken)
                        .orElse(false);
    }
}
